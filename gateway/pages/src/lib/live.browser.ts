// The browser's side of live.ts: its WebSocket, its timers, and the moments at which waiting for the backoff would be silly.
import { Live, type LiveState, type Socket } from './live';

export function openLive(tenant: string, onState: (state: LiveState) => void): Live {
  const address = new URL(`/api/v1/live?tenant=${encodeURIComponent(tenant)}`, location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const live = new Live(
    {
      connect: () => new WebSocket(address) as Socket,
      after: (ms, call) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    },
    onState,
  );
  const wake = () => {
    if (document.visibilityState === 'visible') live.wake();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  const close = live.close.bind(live);
  live.close = () => {
    window.removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', wake);
    close();
  };
  return live;
}
