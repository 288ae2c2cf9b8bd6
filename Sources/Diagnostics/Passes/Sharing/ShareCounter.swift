import Synchronization

/// Counts the pieces of some work that several tasks have finished.
package final class ShareCounter: Sendable {
  private let total: Int
  private let done = Atomic<Int>(0)
  private let tell: (@Sendable (Double) -> Void)?

  /// - Parameters:
  ///   - total: the pieces there are.
  ///   - tell: told the share that is done, whenever some more are.
  package init(total: Int, tell: (@Sendable (Double) -> Void)? = nil) {
    self.total = total
    self.tell = tell
  }

  /// So many pieces more are done.
  ///
  /// - Returns: the share of all pieces that is done.
  @discardableResult
  package func advance(by count: Int = 1) -> Double {
    let share = Double(done.add(count, ordering: .relaxed).newValue) / Double(max(total, 1))
    tell?(share)
    return share
  }
}
