import Synchronization

/// How far a piece of work is, from the phases it tells of, and how long the rest will take.
///
/// The work tells the share of each phase that is done; a reader wants one bar over all of them. Each
/// phase takes a known part of the time, measured on networks of a few hundred units.
final class WorkProgress: Sendable {
  /// A part of the work.
  struct Phase: Sendable {
    /// The name the work has for it.
    let name: String
    /// What it does, in a reader's words.
    let words: String
    /// Its share of the whole time, in 0...1.
    let part: Double
  }

  private struct State {
    /// When the first phase began.
    var start: Double?
    var phase = 0
    var share = 0.0
    /// When a phase outside the plan began, and its name up to a comma: what follows may count.
    var other: (name: String, start: Double)?
  }

  private let phases: [Phase]
  private let state = Mutex(State())
  private static let barWidth = 20
  /// Before so much is done, the rest is a guess.
  private static let knownShare = 0.03

  /// - Parameter phases: in their order; their parts add up to 1.
  init(_ phases: [Phase]) { self.phases = phases }

  /// The passes of a diagnosis.
  ///
  /// - Parameter seeksNeurons: whether it goes on after the first pass.
  /// - Returns: the progress of it, at its start.
  static func diagnosis(seeksNeurons: Bool = true) -> WorkProgress {
    WorkProgress(diagnosisPhases(named: "", within: 1, seeksNeurons: seeksNeurons))
  }

  /// A diagnosis, and the training of all ways after it.
  ///
  /// - Returns: the progress of both, at its start.
  static func comparison() -> WorkProgress {
    WorkProgress(
      diagnosisPhases(named: "diagnosis: ", within: 0.15, seeksNeurons: true)
        + [Phase(name: "training", words: "training on in each way", part: 0.85)])
  }

  private static func diagnosisPhases(
    named prefix: String, within part: Double, seeksNeurons: Bool
  ) -> [Phase] {
    let words = "reading what each layer is asked for"
    guard seeksNeurons else { return [Phase(name: prefix + "moments", words: words, part: part)] }
    return [
      Phase(name: prefix + "moments", words: words, part: 0.45 * part),
      Phase(name: prefix + "features", words: "trying new neurons", part: 0.3 * part),
      Phase(name: prefix + "loss", words: "measuring what they gain", part: 0.25 * part),
    ]
  }

  /// Takes note of how far a phase is.
  ///
  /// - Parameters:
  ///   - name: the phase.
  ///   - share: the share of it that is done, in 0...1.
  ///   - now: the time in seconds.
  /// - Returns: the line to show; `nil` for none.
  func text(_ name: String, _ share: Double, at now: Double = monotonicSeconds()) -> String? {
    state.withLock { state in
      guard let index = phases.firstIndex(where: { $0.name == name }) else {
        return other(name, share, now, &state)
      }
      // An earlier phase again: another round, on more samples or of a network that has grown.
      if state.start == nil || index < state.phase || index == state.phase && state.share == 1 {
        state.start = now
      }
      state.phase = index
      state.share = share
      state.other = nil
      let before = phases[..<index].reduce(0) { $0 + $1.part }
      return line(
        phases[index].words, before + share * phases[index].part, since: state.start ?? now, now)
    }
  }

  /// A phase beside the plan: shown while no phase of the plan is under way.
  private func other(
    _ name: String, _ share: Double, _ now: Double, _ state: inout State
  ) -> String? {
    guard state.start == nil || state.share >= 1 else { return nil }
    let kind = String(name.prefix { $0 != "," })
    if state.other?.name != kind { state.other = (kind, now) }
    return line(name, share, since: state.other?.start ?? now, now)
  }

  private func line(_ words: String, _ share: Double, since start: Double, _ now: Double) -> String
  {
    let full = Int((Double(Self.barWidth) * share).rounded(.down))
    let bar =
      String(repeating: "█", count: full) + String(repeating: "░", count: Self.barWidth - full)
    let done = "\(bar) \(Int(100 * share)) %"
    guard share > Self.knownShare else { return "\(done) · \(words)" }
    let left = Self.text(seconds: (now - start) * (1 - share) / share)
    return "\(done), \(left) left · \(words)"
  }

  private static func text(seconds: Double) -> String {
    let whole = Int(max(0, seconds).rounded(.up))
    return whole < 120 ? "\(whole) s" : "\((whole + 30) / 60) min"
  }
}
