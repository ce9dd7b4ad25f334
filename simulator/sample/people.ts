/** Account ids of the sample's authors, by role. */
export const people = {
  lead: '712020:8f1c2d54-0a6b-4e1f-9b63-5d0a7c1e4f20',
  onboarding: '712020:8f1c7a90-3c55-4d0e-8a11-0f6b2e9d7713',
  hardware: '712020:8f1cb3e8-91d2-47aa-b0c4-6e3f58a2190d',
  billing: '712020:8f1ce64b-27f0-4c9d-a5d8-1b7093ce82f6',
  developer: '712020:8f1d0c17-6e84-4b3a-9f25-c48d1e60a7b9',
  oncall: '712020:8f1d4a2f-b81c-4f67-8e09-72d5a3c0196e',
  compliance: '712020:8f1d93d5-04ae-4a58-bc71-e9160f7d2b34',
  translation: '712020:8f1dd806-5f39-42c1-96e2-30b8a4d17c5f',
} as const

/** What the site shows for each account id: roles, since the handbook belongs to roles and not to people. */
export const displayNames: Record<string, string> = {
  [people.lead]: 'Support lead',
  [people.onboarding]: 'Onboarding coach',
  [people.hardware]: 'Hardware specialist',
  [people.billing]: 'Billing desk',
  [people.developer]: 'Developer relations',
  [people.oncall]: 'On-call engineer',
  [people.compliance]: 'Compliance officer',
  [people.translation]: 'Translation desk',
}
