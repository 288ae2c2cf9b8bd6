import Foundation

/// One hidden layer of one network, grown from several seeds.
struct ComparisonRow {
  let network: String
  let layer: String
  let trials: [Trial]

  var data: String { trials[0].data }
  /// Whether the report suggests neurons in any seed.
  let isSuggested: Bool

  /// The trials of each network and layer: those with suggested numbers of neurons, those with a given
  /// number, and those where none are suggested.
  static func rows(_ trials: [Trial], order: [String]) -> [ComparisonRow] {
    struct Key: Hashable {
      let network: String
      let layer: String
      let isSuggested: Bool
      let given: Int?
    }
    let groups = Dictionary(grouping: trials) { trial in
      Key(
        network: trial.network, layer: trial.layer, isSuggested: trial.suggested > 0,
        given: trial.suggested > 0 && trial.count != trial.suggested ? trial.count : nil)
    }
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    return groups.map { key, trials in
      ComparisonRow(
        network: key.network, layer: key.layer, trials: trials.sorted { $0.seed < $1.seed },
        isSuggested: key.isSuggested)
    }.sorted {
      let (one, other) = (places[$0.network] ?? 0, places[$1.network] ?? 0)
      if one != other { return one < other }
      if $0.layer != $1.layer { return $0.layer < $1.layer }
      if $0.isSuggested != $1.isSuggested { return $0.isSuggested }
      return $0.trials[0].count < $1.trials[0].count
    }
  }

  /// The numbers of neurons of the seeds.
  var counts: String {
    trials.map { isSuggested ? "\($0.count)" : "(\($0.count))" }.joined(separator: ", ")
  }

  /// The losses of a way in the seeds in which it did not diverge.
  func losses(_ way: Way, _ loss: (Trial.Outcome) -> Double?) -> [Double] {
    trials.compactMap { $0.outcome(way).flatMap(loss) }
  }

  /// The way of the lowest mean, of those that diverged in no seed.
  func lowest(_ ways: [Way], _ loss: (Trial.Outcome) -> Double?) -> Way? {
    ways.filter { losses($0, loss).count == trials.count }
      .min { mean(losses($0, loss)) < mean(losses($1, loss)) }
  }

  /// The logarithms of a way's loss over ours, in the seeds in which both have one.
  func logarithms(_ way: Way, _ loss: (Trial.Outcome) -> Double?) -> [Double] {
    trials.compactMap { trial in
      guard let own = trial.outcome(.ours).flatMap(loss), own > 0,
        let other = trial.outcome(way).flatMap(loss), other > 0
      else { return nil }
      return log(other / own)
    }
  }

  /// 1 where a way is worse than ours by more than two standard errors over the seeds, of the logarithms;
  /// −1 where it is better.
  func clearSign(_ way: Way, _ loss: (Trial.Outcome) -> Double?) -> Int? {
    guard let difference = Average(logarithms(way, loss)), let error = difference.error else {
      return nil
    }
    return abs(difference.mean) > 2 * error ? (difference.mean > 0 ? 1 : -1) : 0
  }
}

/// A mean, and its standard error where there are several numbers.
struct Average {
  let mean: Double
  let error: Double?

  init?(_ numbers: [Double]) {
    guard !numbers.isEmpty else { return nil }
    let count = Double(numbers.count)
    let mean = tiny_calibration.mean(numbers)
    self.mean = mean
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    error = numbers.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
  }

  var text: String {
    String(format: "%.3g", mean) + (error.map { String(format: " ± %.1g", $0) } ?? "")
  }
}
