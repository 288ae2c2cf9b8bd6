import LinearAlgebra

/// Chooses features one after the other, each time the one that reduces the residual most.
///
///     h̃ = h − [B_l 1] S_l⁻ E[b_l h]        gain of h = ‖E[h̃ pᵀ]‖² / E[h̃²]
///
/// Orthogonal matching pursuit in the moments: no sample is touched. After each choice the other
/// features, and P, are taken orthogonal to it, so the gains of the choices add up to the exact
/// reduction of Ψ by all of them with their best fan-out.
struct GreedySelection: Sendable {
  /// The chosen columns, in order.
  private(set) var order: [Int] = []
  /// The reduction of Ψ by the first 0, 1, 2, … chosen features: one number more than there are
  /// choices.
  private(set) var gains: [Double] = [0]

  /// Features of which layer l + 1's inputs, and those chosen before, explain all but this share
  /// (of E[h²]) are left out: their fan-out would be huge, and no amplitude would lower the loss.
  private static let novelty = 1e-3

  /// - Parameters:
  ///   - features: the averages around the features.
  ///   - columns: the features to choose from.
  ///   - limit: the largest number of them.
  init(from features: OrthogonalFeatures, columns: [Int], limit: Int) {
    var gram = Matrix(rows: columns.count, columns: columns.count) {
      features.training.gram[columns[$0], columns[$1]]
    }
    var cross = features.training.cross.selectingRows(columns)
    var isLeft = [Bool](repeating: true, count: columns.count)
    // With less left of it, a feature and what explains it cancel each other by more than κ.
    let novelty = max(Self.novelty, 2 / (features.cancellation * features.cancellation))
    while order.count < limit {
      var best: (index: Int, gain: Double)?
      for index in columns.indices where isLeft[index] {
        guard gram[index, index] > novelty * features.squares[columns[index]] else { continue }
        let row = cross.storage[(index * cross.columns)..<((index + 1) * cross.columns)]
        let gain = row.reduce(0) { $0 + $1 * $1 } / gram[index, index]
        if gain > best?.gain ?? 0 { best = (index, gain) }
      }
      guard let (chosen, gain) = best else { break }
      order.append(columns[chosen])
      gains.append(gains[gains.count - 1] + gain)
      isLeft[chosen] = false
      let pivot = gram[chosen, chosen]
      let row = (0..<columns.count).map { gram[chosen, $0] }
      let chosenCross = (0..<cross.columns).map { cross[chosen, $0] }
      for index in columns.indices where isLeft[index] {
        let share = row[index] / pivot
        for column in row.indices { gram[index, column] -= share * row[column] }
        for column in chosenCross.indices { cross[index, column] -= share * chosenCross[column] }
      }
    }
  }
}
