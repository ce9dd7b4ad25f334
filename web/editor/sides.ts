/** What the two sides of a conflict are called, and what becomes of the choice. */
export type Sides = {
  mine: string
  theirs: string
  both: string
  /** Before the number of the version that `mine` was written on. */
  basis: string
  /** The button that sends what was chosen. */
  action: string
}

export const ownSides: Sides = {
  mine: 'Yours',
  theirs: 'Theirs',
  both: 'Both, yours first',
  basis: 'You wrote on',
  action: 'Save',
}

export const proposalSides: Sides = {
  mine: 'Proposed',
  theirs: 'In Confluence',
  both: 'Both, the proposed first',
  basis: 'The proposal stands on',
  action: 'Publish',
}

/** Where the page was changed again after the sides of a proposal had been chosen. */
export const chosenSides: Sides = {
  ...proposalSides,
  mine: 'Your choice',
  both: 'Both, your choice first',
  basis: 'You chose on',
}
