import { describe, expect, test } from 'vitest'
import { openLimiter } from './limit.ts'

describe('the limiter', () => {
  test('runs no more than its number at once per key, in order, and other keys beside', async () => {
    const limiter = openLimiter({ concurrency: 2 })
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
    const started: number[] = []
    const runs = gates.map((gate, index) =>
      limiter.run('a', async () => {
        started.push(index)
        await gate.promise
      }),
    )
    await limiter.run('b', async () => {})
    expect(started).toEqual([0, 1])
    gates[1]?.resolve()
    await runs[1]
    await limiter.run('b', async () => {})
    expect(started).toEqual([0, 1, 2])
    for (const gate of gates) gate.resolve()
    await Promise.all(runs)
    expect(started).toEqual([0, 1, 2, 3])
  })

  test('hands on results and errors, and frees the place either way', async () => {
    const limiter = openLimiter({ concurrency: 1 })
    await expect(limiter.run('a', async () => Promise.reject(new Error('far side')))).rejects.toThrow('far side')
    expect(await limiter.run('a', async () => 7)).toBe(7)
  })

  test('an aborted waiter leaves the queue and never runs', async () => {
    const limiter = openLimiter({ concurrency: 1 })
    const gate = Promise.withResolvers<void>()
    const first = limiter.run('a', () => gate.promise)
    const abort = new AbortController()
    const ran: string[] = []
    const second = limiter.run('a', async () => ran.push('second'), abort.signal)
    const third = limiter.run('a', async () => ran.push('third'))
    abort.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
    gate.resolve()
    await Promise.all([first, third])
    expect(ran).toEqual(['third'])
    await expect(limiter.run('a', async () => {}, abort.signal)).rejects.toThrow('enough')
  })

  test('what is urgent goes before what waits, and a change holds for both', async () => {
    const limiter = openLimiter({ concurrency: 1 })
    const gate = Promise.withResolvers<void>()
    const ran: string[] = []
    const run = (name: string, isUrgent?: boolean) =>
      limiter.run(
        'a',
        async () => {
          ran.push(name)
          await gate.promise
        },
        undefined,
        isUrgent,
      )
    const all = [run('first'), run('second'), run('urgent', true), run('third'), run('urgent too', true)]
    limiter.change({ concurrency: 3 })
    await expect.poll(() => ran).toEqual(['first', 'urgent', 'urgent too'])
    gate.resolve()
    await Promise.all(all)
    expect(ran.slice(3)).toEqual(['second', 'third'])
  })

  test('a pace that was too slow to wait for ends with its change', async () => {
    const limiter = openLimiter({ concurrency: 2, perSecond: 0.001 })
    await limiter.run('a', async () => {})
    const waits = limiter.run('a', async () => 'done')
    limiter.change({ concurrency: 2 })
    expect(await waits).toBe('done')
  })

  test('starts are spaced to the pace that was set', async () => {
    const limiter = openLimiter({ concurrency: 10, perSecond: 50 })
    const begun = performance.now()
    await Promise.all(Array.from({ length: 6 }, () => limiter.run('a', async () => {})))
    // Six starts span at least five intervals of 20 ms, less the one that a late timer may catch up; more is the machine's affair.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(75)
  })
})
