import Synchronization
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Work that is dealt out")
struct ParallelWorkTests {
  private struct Failure: Error, Equatable { let value: Int }

  @Test("changes every value once, whoever does it", arguments: [1, 2, 5, 40])
  func changes(workers: Int) async throws {
    var values = Array(0..<30)
    var counts = [Int](repeating: 0, count: workers)
    try await forEachConcurrently(&values, workspaces: &counts) { value, count in
      value *= 2
      count += 1
    }
    #expect(values == (0..<30).map { 2 * $0 })
    #expect(counts.count == workers)
    #expect(counts.reduce(0, +) == 30)
  }

  @Test("fails with the error of the first value that failed", arguments: 1..<6)
  func fails(workers: Int) async throws {
    for first in [0, 3, 17] {
      var values = Array(0..<30)
      var workspaces = [Int](repeating: 0, count: workers)
      await #expect(throws: Failure(value: first)) {
        try await forEachConcurrently(&values, workspaces: &workspaces) { value, _ in
          if value >= first { throw Failure(value: value) }
        }
      }
    }
  }

  @Test(
    "gives results in order, from no more tasks at once than asked for", arguments: [1, 2, 3, 50])
  func maps(workers: Int) async throws {
    let running = Atomic(0)
    let most = Atomic(0)
    let results = try await concurrentMap(Array(0..<20), workers: workers) { value in
      most.max(running.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
      // Long enough that tasks meet.
      for _ in 0..<1000 { _ = most.load(ordering: .relaxed) }
      running.subtract(1, ordering: .relaxed)
      return 2 * value
    }
    #expect(results == (0..<20).map { 2 * $0 })
    #expect(most.load(ordering: .relaxed) <= workers)
  }

  @Test("is nothing for no values")
  func nothing() async throws {
    var values: [Int] = []
    var workspaces = [0]
    try await forEachConcurrently(&values, workspaces: &workspaces) { value, _ in value = 1 }
    #expect(values.isEmpty && workspaces == [0])
  }
}
