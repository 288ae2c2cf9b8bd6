import Synchronization

/// Counts the blocks that several workers have finished.
final class BlockCounter: Sendable {
  private let total: Int
  private let done = Atomic<Int>(0)

  init(total: Int) { self.total = total }

  /// So many blocks more are done.
  ///
  /// - Returns: the share of all blocks that is done.
  func advance(by count: Int = 1) -> Double {
    Double(done.add(count, ordering: .relaxed).newValue) / Double(max(total, 1))
  }
}
