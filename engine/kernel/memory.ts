// Memory for rows and text: of one thread, or shared by several.

/** Memory of zeros, shared with other threads where `bytes` is. */
export function freshLike(bytes: Uint8Array, length: number): Uint8Array {
  const Buffer = bytes.buffer.constructor as ArrayBufferConstructor
  return new Uint8Array(new Buffer(length))
}
