/// What every number of neurons in one layer gains, as plots show it.
struct GrowthCurve {
  /// One number of neurons.
  struct Point {
    let neurons: Int
    /// On the samples that they were fitted on.
    let fitted: Double?
    /// On held-out samples.
    let heldOut: Double?
    let standardError: Double?

    /// On the samples that judge.
    var judged: Double? { heldOut ?? fitted }
  }

  /// Its place in the report's `growth`.
  let index: Int
  let growth: JSONReport.Growth
  /// Whether gains are falls of the loss; else they are shares of the next layer's lack.
  let isOfLoss: Bool
  /// Those that were measured, from the fewest on.
  let points: [Point]
  /// Whether the page shows it at large.
  var isMain = false

  init(_ growth: JSONReport.Growth, index: Int, lack: Double?, isOfLoss: Bool) {
    (self.growth, self.index, self.isOfLoss) = (growth, index, isOfLoss)
    points = growth.curve.compactMap { point in
      func share(_ gain: Double?) -> Double? {
        guard let gain, let lack, lack > 0 else { return nil }
        return gain / lack
      }
      let values =
        isOfLoss
        ? (point.lossGain, point.validationLossGain)
        : (share(point.expressivityGain), share(point.validationExpressivityGain))
      guard values.0 != nil || values.1 != nil else { return nil }
      return Point(
        neurons: point.neurons, fitted: values.0, heldOut: values.1,
        standardError: isOfLoss ? point.validationStandardError : nil)
    }
  }

  /// Those of all hidden layers; the one of the suggestion, or of the largest gain, is the main one.
  static func all(of report: JSONReport) -> [GrowthCurve] {
    let isOfLoss = !report.warningCodes.contains("lossNotMeasured")
    var curves = report.growth.enumerated().map { index, growth in
      GrowthCurve(
        growth, index: index,
        lack: report.layers.first { $0.name == growth.relieves }?.lackOfExpressivity,
        isOfLoss: isOfLoss)
    }
    let most = curves.indices.filter { !curves[$0].points.isEmpty }.max {
      curves[$0].best < curves[$1].best
    }
    let suggested = curves.indices.first { curves[$0].growth.layer == report.suggestion.layer }
    if let main = suggested ?? most ?? curves.indices.first { curves[main].isMain = true }
    return curves
  }

  private var best: Double { points.compactMap(\.judged).max() ?? 0 }
}
