import Synchronization

/// The results of independent work, in order, by so many tasks at once.
///
/// Each task takes the next piece that is left; which task takes which is chance, and no result depends
/// on it.
///
/// - Throws: what `work` throws, and `CancellationError`.
func concurrently<Result: Sendable>(
  _ count: Int, workers: Int, _ work: @escaping @Sendable (Int) throws -> Result
) async throws -> [Result] {
  let next = NextPlace()
  let parts = try await withThrowingTaskGroup(of: [(Int, Result)].self) { group in
    for _ in 0..<max(1, min(workers, count)) {
      group.addTask {
        var results: [(Int, Result)] = []
        while let place = next.take(below: count) {
          try Task.checkCancellation()
          results.append((place, try work(place)))
        }
        return results
      }
    }
    return try await group.reduce(into: []) { $0 += $1 }
  }
  return parts.sorted { $0.0 < $1.0 }.map(\.1)
}

/// Deals out places.
private final class NextPlace: Sendable {
  private let dealt = Atomic<Int>(0)

  func take(below count: Int) -> Int? {
    let place = dealt.add(1, ordering: .relaxed).oldValue
    return place < count ? place : nil
  }
}

/// Tells the share of some work that is done, from any task.
final class ShareCounter: Sendable {
  private let total: Int
  private let done = Atomic<Int>(0)
  private let tell: (@Sendable (Double) -> Void)?

  init(total: Int, tell: (@Sendable (Double) -> Void)?) {
    self.total = total
    self.tell = tell
  }

  /// So much more is done.
  func add(_ count: Int) {
    let done = done.add(count, ordering: .relaxed).newValue
    tell?(Double(done) / Double(max(1, total)))
  }
}
