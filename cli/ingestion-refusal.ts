// Why the ingestion API refuses a post.

export interface Fault {
  status: number
  /** The header or the part of the body that is wrong. */
  field?: string
  countAs?: 'conflicting'
  cause?: unknown
}

/** The message is for the sender. */
export class Refusal extends Error {
  readonly fault: Fault

  constructor(message: string, fault: Fault) {
    super(message, { cause: fault.cause })
    this.fault = fault
  }
}
