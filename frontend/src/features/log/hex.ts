/** Some bytes in the classic form: where, what, and the letters that they would be. */
export interface HexLine {
  offset: string;
  bytes: string;
  letters: string;
}

/** The line with a number, where each has `width` bytes (8 or 16). */
export function hexLine(bytes: Uint8Array, line: number, width = 16): HexLine {
  const at = line * width;
  const part = bytes.subarray(at, at + width);
  let hex = '';
  let letters = '';
  part.forEach((byte, i) => {
    hex += (i === 0 ? '' : i === 8 ? '  ' : ' ') + byte.toString(16).padStart(2, '0');
    letters += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
  });
  return { offset: at.toString(16).padStart(8, '0'), bytes: hex, letters };
}

/** The bytes of a base64 text. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** The base64 text of bytes, whatever their number. */
export function toBase64(bytes: Uint8Array): string {
  let raw = '';
  for (let i = 0; i < bytes.length; i += 0x8000) {
    raw += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(raw);
}
