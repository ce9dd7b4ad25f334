import { describe, expect, it } from 'vitest'
import { fieldWords, headerPreview, nameOf, reaches, stateBadge, wordsOfUse } from './words.ts'

describe('words of credentials', () => {
  it('counts the days to the expiry', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    const soon = (expiresAt: string) => stateBadge({ state: 'expires-soon', expiresAt }, now).label
    expect(soon('2026-01-11T23:59:59Z')).toBe('Expires in 10 days')
    expect(soon('2026-01-02T23:59:59Z')).toBe('Expires in 1 day')
    expect(soon('2026-01-01T23:59:59Z')).toBe('Expires today')
  })

  it('previews each header with its secret masked', () => {
    expect(headerPreview('basic', 'ignored')).toBe('Authorization: Basic ••••••••')
    expect(headerPreview('bearer', '')).toBe('Authorization: Bearer ••••••••')
    expect(headerPreview('custom', ' X-Api-Key ')).toBe('X-Api-Key: ••••••••')
    expect(headerPreview('custom', '')).toBe('Header-Name: ••••••••')
  })

  it('lets a level include those before it', () => {
    expect(reaches('edit', 'view')).toBe(true)
    expect(reaches('view', 'edit')).toBe(false)
  })

  it('names what uses one', () => {
    expect(wordsOfUse({ kind: 'workflow', name: 'Publish', space: 'DOCS' })).toBe('Workflow “Publish” in DOCS')
    expect(wordsOfUse({ kind: 'integration', name: 'Handbook', space: null })).toBe('Integration “Handbook”')
    expect(wordsOfUse({ kind: 'delivery', name: '3 queued deliveries of Publish', space: null })).toBe(
      '3 queued deliveries of Publish',
    )
  })

  it('names fields and people', () => {
    expect(fieldWords(['allowHttp', 'name'])).toBe('Http allowed or not, name')
    expect(nameOf({ id: 'system', name: null })).toBe('Lockkeeper')
  })
})
