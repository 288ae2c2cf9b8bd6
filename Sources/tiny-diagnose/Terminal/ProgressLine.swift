import Synchronization

/// One line of a terminal that tells how far the work is, and goes away at its end.
///
/// Work of less than a second shows nothing.
final class ProgressLine: Sendable {
  private struct State {
    let start = ContinuousClock.now
    var shown: ContinuousClock.Instant?
    var width = 0
  }

  private static let patience = Duration.seconds(1)
  private static let pause = Duration.milliseconds(100)
  private let state = Mutex(State())
  private let work: WorkProgress

  /// - Parameter work: the phases of what is done.
  init(_ work: WorkProgress = .diagnosis()) { self.work = work }

  /// Tells which phase is under way, and the share of it that is done; from any task.
  func update(_ phase: String, _ share: Double) {
    if let text = work.text(phase, share) { show(text) }
  }

  /// Shows a text instead of the last one, unless that is too soon; from any task.
  func show(_ text: String) {
    state.withLock { state in
      let now = ContinuousClock.now
      guard now - state.start >= Self.patience else { return }
      if let shown = state.shown, now - shown < Self.pause { return }
      // A line that the window breaks could not be taken back.
      let text = text.prefix((Terminal.messageWidth ?? text.count + 1) - 1)
      standardError("\r" + text + String(repeating: " ", count: max(0, state.width - text.count)))
      state.shown = now
      state.width = text.count
    }
  }

  /// Removes the line.
  func finish() {
    state.withLock { state in
      guard state.width > 0 else { return }
      standardError("\r" + String(repeating: " ", count: state.width) + "\r")
      state.width = 0
    }
  }
}
