// What the server answers, as types: the server's own.

export type * from '../../server/shapes.ts'
