// The kernel's face.
export * from './exact.ts'
