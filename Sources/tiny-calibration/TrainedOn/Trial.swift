import Foundation

/// One hidden layer of one network, grown by one number of neurons in every way and trained on.
struct Trial: Codable, Sendable {
  let network: String
  let data: String
  let layer: String
  let seed: UInt64
  /// How many neurons the report suggests.
  let suggested: Int
  /// How many are added.
  let count: Int
  /// What became of each way, by its name.
  var outcomes: [String: Outcome] = [:]

  /// The losses of one way; `nil` for one that diverged.
  struct Outcome: Codable, Sendable {
    /// Of the test samples, where the validation samples would stop it.
    let stopped: Double?
    /// Of the test samples, after all steps.
    let last: Double?
    /// Of the training samples, after all steps.
    let training: Double?
    /// Of the test samples before the first step.
    let atOnce: Double?
    /// The standard error of `stopped` less that of ours.
    var error: Double?
  }

  func outcome(_ way: Way) -> Outcome? { outcomes[way.rawValue] }

  /// Where ours stands among the growing methods.
  enum Place: Int, Comparable {
    case lowest, nearest, near, behind

    static func < (one: Place, other: Place) -> Bool { one.rawValue < other.rawValue }
  }

  /// Where ours stands, by the difference to the lowest of the growing methods.
  var place: Place {
    guard let own = outcome(.ours)?.stopped else { return .behind }
    let losses = Way.growing.compactMap { way in
      outcome(way).flatMap { outcome in
        outcome.stopped.map { (loss: $0, error: outcome.error ?? 0) }
      }
    }
    guard let least = losses.min(by: { $0.loss < $1.loss }), least.loss < own else {
      return .lowest
    }
    let difference = own - least.loss
    if difference <= least.error { return .nearest }
    return difference <= 2 * least.error ? .near : .behind
  }

  /// One line for the terminal.
  var line: String {
    "\(network) \(layer) seed \(seed) +\(count) of \(suggested): "
      + Way.allCases.compactMap { way in
        outcome(way).map {
          "\(way.rawValue) \(text($0.atOnce)) → \(text($0.stopped)), \(text($0.last))"
        }
      }.joined(separator: "; ")
  }
}

/// What is done to a network before it is trained on.
enum Way: String, CaseIterable, Codable, Sendable {
  case ours, now, gradmax, net2wider, random, scratch, none

  /// Those that keep the network and add neurons, without the other purpose of ours.
  static let growing: [Way] = [.ours, .gradmax, .net2wider, .random]
}
