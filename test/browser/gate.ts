// A gate before a server: what a browser asks through it, as its proxy, can be cut off and let through again.

import { connect, createServer, type Server, type Socket } from 'node:net'

export class Gate {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
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
        other.destroy()
      })
      socket.pipe(other)
    }
  }
}
