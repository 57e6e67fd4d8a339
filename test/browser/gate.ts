// A gate before a server: what a browser asks through it, as its proxy, can be cut off and let through again.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'

export class Gate {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Those on which a browser hears what goes on. */
  readonly #streams = new Set<Socket>()
  #isHeard = true
  #isOpen = true
  /** Of a browser's context: everything goes through here, loopback too. */
  readonly proxy: { server: string; bypass: string }

  private constructor(server: Server, url: string) {
    this.#server = server
    this.proxy = { server: url, bypass: '<-loopback>' }
  }

  /** @param url of the server behind it */
  static async before(url: string): Promise<Gate> {
    const { hostname, port } = new URL(url)
    const server = createServer((near) => gate.#pass(near, connect(Number(port), hostname)))
    await new Promise<void>((resolve) => server.listen(0, hostname, resolve))
    const { port: own } = server.address() as { port: number }
    const gate: Gate = new Gate(server, `http://${hostname}:${own}`)
    return gate
  }

  /** Cuts what is under way, and refuses what comes. */
  shut(): void {
    this.#isOpen = false
    for (const socket of this.#sockets) socket.destroy()
  }

  open(): void {
    this.#isOpen = true
  }

  /** Keeps back from now on what the server tells of what goes on. */
  mute(): void {
    this.#isHeard = false
  }

  /** Lets the browser hear a message of such a stream. */
  say(message: string): void {
    for (const near of this.#streams) near.write(`${Buffer.byteLength(message).toString(16)}\r\n${message}\r\n`)
  }

  async close(): Promise<void> {
    this.shut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #pass(near: Socket, far: Socket): void {
    if (!this.#isOpen) {
      near.destroy()
      far.destroy()
      return
    }
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        this.#streams.delete(socket)
        other.destroy()
      })
    }
    near.on('data', (chunk) => {
      if (chunk.includes('/api/live')) this.#streams.add(near)
    })
    near.pipe(far)
    far
      .pipe(
        new Transform({
          transform: (chunk, _, done) => done(null, this.#isHeard || !this.#streams.has(near) ? chunk : undefined),
        }),
      )
      .pipe(near)
  }
}
