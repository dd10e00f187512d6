// Paths of the pages, and the one place that reads or writes the address bar.
export const consoleTabs = ['nodes', 'shards', 'entities', 'tenants', 'logs', 'record'] as const;
export type ConsoleTab = (typeof consoleTabs)[number];

export type Route =
  | { page: 'front'; tenant: string }
  | { page: 'event'; tenant: string; event: string }
  | { page: 'confirm'; tenant: string; token: string }
  | { page: 'booking'; tenant: string; booking: string }
  | { page: 'check-in'; tenant: string }
  | { page: 'console'; tenant: null; tab: ConsoleTab; entity: string }
  | { page: 'none'; tenant: string | null };

const slug = /^[a-z0-9-]{1,64}$/;

function segment(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    return '';
  }
}

function parseConsole(pathname: string, search: string): Route {
  const [, tab = 'nodes', ...rest] = pathname.replace(/^\/+|\/+$/g, '').split('/');
  if (rest.length > 0 || !consoleTabs.includes(tab as ConsoleTab)) return { page: 'none', tenant: null };
  return { page: 'console', tenant: null, tab: tab as ConsoleTab, entity: new URLSearchParams(search).get('id') ?? '' };
}

export function parse(pathname: string, search: string): Route {
  if (/^\/console(\/|$)/.test(pathname)) return parseConsole(pathname, search);
  const [t, rawTenant, page, rawId, ...rest] = pathname.replace(/^\/+|\/+$/g, '').split('/');
  const tenant = segment(rawTenant);
  if (t !== 't' || !slug.test(tenant)) return { page: 'none', tenant: null };
  if (page === undefined) return { page: 'front', tenant };
  const id = segment(rawId);
  if (rest.length === 0) {
    if (page === 'e' && slug.test(id)) return { page: 'event', tenant, event: id };
    if (page === 'bookings' && /^[A-Za-z0-9.-]{3,200}$/.test(id)) return { page: 'booking', tenant, booking: id };
    if (page === 'confirm' && !id) return { page: 'confirm', tenant, token: new URLSearchParams(search).get('token') ?? '' };
    if (page === 'check-in' && !id) return { page: 'check-in', tenant };
  }
  return { page: 'none', tenant };
}

export const paths = {
  front: (tenant: string) => `/t/${tenant}/`,
  event: (tenant: string, event: string) => `/t/${tenant}/e/${event}`,
  booking: (tenant: string, booking: string) => `/t/${tenant}/bookings/${booking}`,
  console: (tab: ConsoleTab) => (tab === 'nodes' ? '/console' : `/console/${tab}`),
  entity: (id: string) => `/console/entities?id=${encodeURIComponent(id)}`,
};

const changed = 'holdfast:navigate';

export function navigate(path: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  window.dispatchEvent(new Event(changed));
}

/** Calls back with the route now and at every change of it; plain left clicks on own links stay inside the page. */
export function watchRoute(onRoute: (route: Route) => void): () => void {
  const tell = () => onRoute(parse(location.pathname, location.search));
  const click = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (!/^\/(t\/|console(\/|$))/.test(link.pathname) || (link.pathname === location.pathname && link.hash)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  };
  window.addEventListener('popstate', tell);
  window.addEventListener(changed, tell);
  document.addEventListener('click', click);
  tell();
  return () => {
    window.removeEventListener('popstate', tell);
    window.removeEventListener(changed, tell);
    document.removeEventListener('click', click);
  };
}
