// What staff hear and feel at the door, where nobody looks at the screen: one high tone is good, two low ones are not.
let audio: AudioContext | null = null;

export function signal(good: boolean): void {
  navigator.vibrate?.(good ? 80 : [120, 80, 120]);
  try {
    audio ??= new AudioContext();
    const tones = good
      ? [[880, 0]]
      : [
          [220, 0],
          [220, 0.22],
        ];
    for (const [frequency, after] of tones as [number, number][]) {
      const begin = audio.currentTime + after;
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.15, begin);
      volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.16);
      tone.connect(volume).connect(audio.destination);
      tone.start(begin);
      tone.stop(begin + 0.17);
    }
  } catch {
    // No sound device: the screen says it too.
  }
}
