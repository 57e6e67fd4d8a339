// What a setting is: a number of the marketplace with a name, a default and a range. Settings stand in groups, whose names they
// carry: `calls.priority.billing_question.high`.

import { Choice } from '../../engine/index.ts'

/**
 * A setting as its group defines it. Ranges are such that the world stays coherent at both ends. What it is for people stands in
 * words/, which no world needs.
 */
export interface Definition {
  readonly default: number
  readonly minimum: number
  readonly maximum: number
  /** `percent`, `hours`, `weight`; of a factor `times`. */
  readonly unit: string
  /** Whether only whole numbers are allowed. */
  readonly integer?: boolean
  /** Why it can be set at birth only; it can be changed in the course of life where nothing is said. */
  readonly atBirth?: string
}

/** Weights of one whole: shares in the proportion of their numbers. They need not add up to 100, but may not all be 0. */
export interface Weights<Name extends string = string> {
  readonly weights: Readonly<Record<Name, Definition>>
}

/** A group, and what it consists of. */
export interface Group {
  readonly [name: string]: Definition | Weights | Group
}

/** Values of a group, by the names of its definitions. */
export type Values<G> = {
  readonly [Name in keyof G]: G[Name] extends Definition
    ? number
    : G[Name] extends Weights<infer Each>
      ? Readonly<Record<Each, number>>
      : Values<G[Name]>
}

/** A group as a user writes it: what is left out is not set. */
export type GroupInput<G> = {
  [Name in keyof G]?: G[Name] extends Definition
    ? number
    : G[Name] extends Weights<infer Each>
      ? { [Part in Each]?: number }
      : GroupInput<G[Name]>
}

/** Full names of a group's settings, with dots. */
export type NamesIn<G, Prefix extends string = ''> = {
  [Name in keyof G & string]: G[Name] extends Definition
    ? `${Prefix}${Name}`
    : G[Name] extends Weights<infer Each>
      ? `${Prefix}${Name}.${Each}`
      : NamesIn<G[Name], `${Prefix}${Name}.`>
}[keyof G & string]

export function figure(definition: Definition): Definition {
  return definition
}

/** A share: 0 to 100 percent unless it says otherwise. */
export function percent(definition: Partial<Definition> & Pick<Definition, 'default'>): Definition {
  return { minimum: 0, maximum: 100, unit: 'percent', ...definition }
}

/** @param shares by name, as they are by default */
export function weights<Name extends string>(
  shares: Readonly<Record<Name, number>>,
  about: Pick<Definition, 'atBirth'> = {},
): Weights<Name> {
  const each = Object.entries<number>(shares).map(([name, share]) => [
    name,
    { minimum: 0, maximum: 1000, unit: 'weight', ...about, default: share },
  ])
  return { weights: Object.fromEntries(each) as Record<Name, Definition> }
}

export function isDefinition(part: Definition | Weights | Group): part is Definition {
  return typeof (part as Definition).default === 'number'
}

export function isWeights(part: Definition | Weights | Group): part is Weights {
  const { weights: each } = part as Weights
  return each !== undefined && typeof (each as unknown as Definition).default !== 'number'
}

/** A share of 1 from percent: the number that its decimals say, and not the one next to it. */
export function shareOf(percentage: number): number {
  return Number((percentage / 100).toPrecision(15))
}

/**
 * A choice by weights, in which as few as can be choose otherwise than by default.
 * @param order names of the outcomes; one that has no weight is never chosen
 */
export function choiceOf<Name extends string>(
  { weights: definitions }: Weights<Name>,
  values: Readonly<Record<Name, number>>,
  order: readonly string[] = Object.keys(definitions),
): Choice {
  const names = order as readonly Name[]
  return new Choice(
    names.map((name) => values[name] ?? 0),
    names.map((name) => definitions[name]?.default ?? 0),
  )
}
