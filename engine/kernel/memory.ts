// Memory for rows and text: of one thread, or shared by several.

/** Memory of zeros, shared with other threads where `bytes` is. */
export function freshLike(bytes: Uint8Array, length: number): Uint8Array {
  const Buffer = bytes.buffer.constructor as ArrayBufferConstructor
  return new Uint8Array(new Buffer(length))
}

/** Node cuts buffers of less than half a pool out of memory that they share; this is more than any pool. */
const OWN_BYTES_MIN = 1 << 17

/**
 * Gives back memory at once that nobody has a use for any more, other views of it included: the collector counts what lies outside
 * its heap, goes through all the heap for it, and comes late. Small memory is left to it.
 */
export function giveBack({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= OWN_BYTES_MIN) buffer.transfer(0)
}
