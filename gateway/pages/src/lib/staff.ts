// What the page shows of a staff token. It is only read, not verified: the node does that with every request.
export interface Staff {
  name: string;
  expiresAt: number | null;
}

export function readStaffToken(token: string): Staff | null {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  try {
    const bytes = Uint8Array.from(atob(parts[1]!.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown; exp?: unknown };
    return { name: typeof claims.sub === 'string' ? claims.sub : '', expiresAt: typeof claims.exp === 'number' ? claims.exp * 1000 : null };
  } catch {
    return null;
  }
}
