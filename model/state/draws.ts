// What each random draw decides. A purpose belongs to one kind of agent; its number is part of the draw's address, so
// changing one changes every world.

export const Purpose = {
  studentBirth: 1,
  studentPast: 2,
  plan: 3,
  request: 4,
  match: 5,
  start: 6,
  complete: 7,
  call: 9,
  repeat: 10,
  review: 11,
  fit: 12,
  signUp: 13,
  tutorBirth: 14,
  tutorWeek: 15,
  groupClass: 16,
  recruit: 17,
  outage: 18,
  posting: 19,
} as const
