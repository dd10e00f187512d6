// What this browser remembers: access to the guest's own bookings, a hold in progress, the staff token of this tab. Storage may be refused; then
// everything still works for as long as the page is open.
const memory = new Map<string, string>();

function read(store: () => Storage, key: string): string | null {
  try {
    return store().getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(store: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, value);
  } catch {
    if (value === null) memory.delete(key);
    else memory.set(key, value);
  }
}

const local = () => localStorage;
const session = () => sessionStorage;

interface Access {
  booking: string;
  token: string;
  at: number;
}
// Enough for anyone's bookings, little enough to keep storage small.
const accessesMax = 50;

function accesses(tenant: string): Access[] {
  try {
    const list: unknown = JSON.parse(read(local, `holdfast.access.${tenant}`) ?? '[]');
    return Array.isArray(list) ? (list as Access[]) : [];
  } catch {
    return [];
  }
}

export const bookingAccess = {
  get: (tenant: string, booking: string): string | null => accesses(tenant).find((a) => a.booking === booking)?.token ?? null,
  remember(tenant: string, booking: string, token: string): void {
    const others = accesses(tenant).filter((a) => a.booking !== booking);
    write(local, `holdfast.access.${tenant}`, JSON.stringify([{ booking, token, at: Date.now() }, ...others].slice(0, accessesMax)));
  },
};

export interface StoredHold {
  id: string;
  access: string;
}

export const currentHold = {
  get(tenant: string, event: string): StoredHold | null {
    try {
      return JSON.parse(read(session, `holdfast.hold.${tenant}.${event}`) ?? 'null') as StoredHold | null;
    } catch {
      return null;
    }
  },
  set: (tenant: string, event: string, hold: StoredHold | null) =>
    write(session, `holdfast.hold.${tenant}.${event}`, hold && JSON.stringify(hold)),
};

export const staffSession = {
  token: (tenant: string) => read(session, `holdfast.staff.${tenant}`),
  setToken: (tenant: string, token: string | null) => write(session, `holdfast.staff.${tenant}`, token),
  gate: (tenant: string) => read(local, `holdfast.gate.${tenant}`) ?? '',
  setGate: (tenant: string, gate: string) => write(local, `holdfast.gate.${tenant}`, gate || null),
};

export const operatorSession = {
  token: () => read(session, 'holdfast.operator'),
  setToken: (token: string | null) => write(session, 'holdfast.operator', token),
};
