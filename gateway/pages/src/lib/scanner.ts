// Reads QR codes from the camera. The decoder (WebAssembly, about 1 MB) comes from our own origin and only when somebody scans.
import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) },
});

export interface Scanner {
  stop(): void;
}

// The same code in view is told once until it has been out of view for so long.
const sameAgainMs = 3_000;
const betweenFramesMs = 120;

export async function startScanner(video: HTMLVideoElement, onCode: (text: string) => void): Promise<Scanner> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
    audio: false,
  });
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  let running = true;
  const stop = () => {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    stop();
    throw error;
  }

  const seen = new Map<string, number>();
  async function look(): Promise<void> {
    while (running) {
      const now = performance.now();
      const codes = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await detector.detect(video).catch(() => []) : [];
      for (const { rawValue } of codes) {
        const last = seen.get(rawValue);
        seen.set(rawValue, now);
        if (running && rawValue && (last === undefined || now - last > sameAgainMs)) onCode(rawValue);
      }
      await new Promise((done) => setTimeout(done, betweenFramesMs));
    }
  }
  void look();
  return { stop };
}
