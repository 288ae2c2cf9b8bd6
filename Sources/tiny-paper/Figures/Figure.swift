/// What is reproduced: the paper's figures by their numbers, and its claim that adding neurons alone
/// trains a network.
enum Figure: String, CaseIterable {
  case figure5, figure6, figure8, figure9, figure10, figure11, figure12, figure13, additions

  /// The runs it is drawn from.
  func recipes(in setting: ExperimentScale) -> [Recipe] {
    let both = GrowthWay.solvers
    switch self {
    case .figure5: return both.map(setting.usual) + setting.large.map(setting.fixed)
    case .figure6: return both.map(setting.usual) + both.map { setting.same(as: setting.usual($0)) }
    case .figure8:
      return both.flatMap { way in setting.intervals.map { setting.every($0, way) } }
    case .figure9: return both.map(setting.few) + both.map { setting.same(as: setting.few($0)) }
    case .figure10: return both.map(setting.many) + setting.large.prefix(1).map(setting.fixed)
    case .figure11, .figure12: return both.map(setting.many)
    case .figure13:
      return [setting.start] + both.flatMap { [setting.atOnce($0), setting.random(like: $0)] }
    case .additions:
      return GrowthWay.allCases.map { setting.additions($0) }
        + [setting.additions(.paper, ofAllSamples: true)]
    }
  }
}

extension GrowthWay {
  /// Those that look for the best neurons.
  static let solvers: [GrowthWay] = [.paper, .ours]
}
