/// Everything one run is made from, but for its seed and the data.
///
/// Runs of the same starting widths and seed begin with the same weights and take the same batches,
/// whatever grows: comparisons are of pairs.
struct Recipe: Codable, Equatable {
  /// The folder of its results.
  let name: String
  /// The hidden widths at the start.
  let start: Start
  /// How the network grows; `nil` for a fixed architecture.
  var growth: Growing?
  /// How long it is trained, growing included, in seconds of the process's own time; evaluations do
  /// not count.
  let seconds: Double
  /// How often the test samples are evaluated, at equal intervals; a growing network is evaluated
  /// before and after each growth as well.
  var evaluations = 40

  enum Start: Codable, Equatable {
    case widths([Int])
    /// The widths at the end of another recipe's run of the same seed.
    case finalWidths(of: String)
  }

  /// How a network grows.
  struct Growing: Codable, Equatable {
    let way: GrowthWay
    /// How often every hidden layer grows.
    let times: Int
    /// When it grows.
    let interval: Interval
    /// The samples that new neurons are found from: at most so many; `nil` for all there are.
    var sampleLimit: Int? = 10_000
    /// Another recipe whose run of the same seed says how many neurons each growth adds; `nil` for
    /// as many as the way suggests.
    var countsOf: String?
  }

  enum Interval: Codable, Equatable {
    /// Every so many seconds of training.
    case seconds(Double)
    /// Right at the start, then it is trained.
    case atOnce
    /// One growth after the other, and no training.
    case alone
  }

  /// The recipe whose runs have to be there first.
  var prerequisite: String? {
    if case .finalWidths(let name) = start { return name }
    return growth?.countsOf
  }
}

/// How new neurons are found.
enum GrowthWay: String, Codable, CaseIterable {
  /// The paper's: all directions of the linear solve, one amplitude for all.
  case paper
  /// Ours: chosen one by one by the exact gain, through the activation.
  case ours
  /// Random directions with the paper's amplitude.
  case random
}
