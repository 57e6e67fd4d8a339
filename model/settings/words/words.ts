// Settings in words: what only people, pages and judges of streams read, and no world.

/** What moves in the stream when a value rises: a figure read from the stream alone, as `calls_per_100_sessions up`. */
export type Moves = `${string} ${'up' | 'down'}`

/**
 * What a setting is, in one sentence, with what is not obvious about it; what it moves, where of the weights of one whole each
 * moves its own share; and its source: `row 16` or `cause 4` of the calibration, a publication, or `A`: assumed.
 */
export type Told = readonly [description: string, moves: Moves, source: string]

/** By the name of a setting in its group; `*` at the end stands for all that a group or a whole consists of. */
export type Words = Readonly<Record<string, Told>>
