import Growth

extension ComparisonContext {
  /// The command that makes what a comparison recommends, word by word; `nil` where it does not recommend
  /// to grow.
  func command(_ comparison: Comparison) -> [String]? {
    let verdict = comparison.verdict
    guard verdict.kind == .grow, base.canGrow,
      let way = verdict.way.map({ comparison.ways[$0].way }),
      let layer = way.layerName, let options = way.method.growOptions
    else { return nil }
    return base.growCommand(adding: way.neurons, to: layer, options)
  }
}

extension ComparisonWay.Method {
  /// The options by which `grow` makes such units; `nil` where it makes none.
  fileprivate var growOptions: [String]? {
    switch self {
    case .none, .scratch: nil
    case .tiny(1, 1): ["--for", "now"]
    case .tiny(let amplitude, let scale):
      ["--no-line-search", "--amplitude", amplitude.asWritten]
        + (scale == 1 ? [] : ["--fan-in", scale.asWritten])
    case .gradmax, .random, .net2wider: ["--method", name]
    }
  }
}

extension Double {
  /// The number without a fraction if it has none.
  fileprivate var asWritten: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
