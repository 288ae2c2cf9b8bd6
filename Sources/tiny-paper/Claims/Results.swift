import Charts

/// The runs of one recipe, in the order of their seeds, and what is drawn and written of them.
struct Results {
  let recipe: Recipe
  let seeds: [UInt64]
  let records: [RunRecord]

  /// Reads all runs of a recipe.
  ///
  /// - Throws: `PaperError` if there are none, or one is damaged.
  init(of recipe: Recipe, in archive: RunFolder) throws(PaperError) {
    let records = try archive.records(of: recipe.name)
    self.recipe = recipe
    seeds = records.keys.sorted()
    self.records = seeds.compactMap { records[$0] }
  }

  /// The test accuracy of each run along its seconds or epochs.
  ///
  /// Of a network that does not grow the start is left out: the line from there to the first
  /// evaluation would rise far later than the network does.
  func accuracies(_ quantity: (RunRecord.Point) -> Double) -> [Curve] {
    records.map { record in
      let points = record.points.dropFirst(recipe.growth == nil ? 1 : 0)
      return Curve(x: points.map(quantity), y: points.map(\.testAccuracy))
    }
  }

  /// A number of the test samples after each growth; where a growth adds nothing, the one before.
  func afterGrowths(_ number: (RunRecord.Point) -> Double) -> [Curve] {
    records.map { record in
      var curve = Curve(x: [], y: [])
      for growths in 0...(recipe.growth?.times ?? 0) {
        guard let point = record.points.last(where: { $0.growths <= growths }) else { continue }
        curve.x.append(Double(growths))
        curve.y.append(number(point))
      }
      return curve
    }
  }

  /// A number of each growth of a layer, by the growth's number.
  func growths(ofLayer layer: Int, _ number: (RunRecord.Growth) -> Double?) -> [Curve] {
    records.map { record in
      let found = record.growths.filter { $0.layer == layer && number($0) != nil }
      return Curve(x: found.map { Double($0.number) }, y: found.compactMap(number))
    }
  }

  /// A number of each run at its end.
  func values(_ number: (RunRecord.Point) -> Double) -> [Double] {
    records.compactMap { $0.points.last.map(number) }
  }

  /// A quantity of each run after a number of seconds or epochs, or at its end if that is earlier.
  func values(
    at place: Double, along quantity: (RunRecord.Point) -> Double = { $0.seconds },
    _ number: (RunRecord.Point) -> Double
  ) -> [Double] {
    records.compactMap { record in
      let curve = Curve(x: record.points.map(quantity), y: record.points.map(number))
      return curve.interpolated(at: place) ?? record.points.last.map(number)
    }
  }

  /// The final hidden widths, as most runs have them or as a mean.
  var widthsText: String {
    let first = records.compactMap { $0.points.last?.widths }
    let means = (0..<2).compactMap { layer in Spread(first.map { Double($0[layer]) }) }
    let isSame = means.allSatisfy { $0.deviation == 0 }
    return "[" + means.map { "\(Int($0.mean.rounded()))" }.joined(separator: ", ") + "]"
      + (isSame ? "" : " on average")
  }
}
