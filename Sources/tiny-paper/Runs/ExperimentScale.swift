/// The duration and number of runs of all experiments.
struct ExperimentScale {
  /// The number of seeds of each recipe.
  let seeds: Int
  /// Training time of what grows so often as the paper's figures 5, 6 and 8 have it, and of its like.
  let seconds: Double
  /// Seconds of training of the large networks, whose steps take ten times as long.
  let largeSeconds: Double
  /// Seconds of training of the narrower networks of figure 9 and for the intervals of figure 8.
  let shortSeconds: Double
  /// Seconds of training for figure 10.
  let longSeconds: Double
  /// Seconds of training after growing at once, figure 13.
  let tuningSeconds: Double
  /// The widths of the large networks; the first is that of figure 10.
  let large: [[Int]]
  /// Seconds of training before a growth; the paper has 0.05.
  let interval: Double
  /// The growth intervals compared in figure 8.
  let intervals: [Double]
  /// How often networks grow: in figures 5, 6 and 8; in figure 9; in figures 10 to 12; in figure 13.
  let growths: (usual: Int, few: Int, many: Int, atOnce: Int)
  /// How often a network grows that is not trained.
  let additions: Int

  /// For the tables of docs/paper.md, on MNIST.
  static let full = ExperimentScale(
    seeds: 10, seconds: 12, largeSeconds: 24, shortSeconds: 6, longSeconds: 12, tuningSeconds: 4,
    large: [[1000, 1000], [500, 500]], interval: 0.05, intervals: [0.01, 0.05, 0.5],
    growths: (8, 4, 15, 6), additions: 12)

  /// For a check in minutes, on small images of digits.
  static let quick = ExperimentScale(
    seeds: 3, seconds: 1.2, largeSeconds: 1.2, shortSeconds: 0.6, longSeconds: 1.2,
    tuningSeconds: 0.6,
    large: [[256, 256]], interval: 0.02, intervals: [0.005, 0.02, 0.08],
    growths: (4, 2, 6, 3), additions: 8)

  /// This scale with another time for the usual networks, and all other times in proportion.
  func lasting(_ seconds: Double) -> ExperimentScale {
    let factor = seconds / self.seconds
    return ExperimentScale(
      seeds: seeds, seconds: seconds, largeSeconds: factor * largeSeconds,
      shortSeconds: factor * shortSeconds,
      longSeconds: factor * longSeconds, tuningSeconds: factor * tuningSeconds, large: large,
      interval: factor * interval, intervals: intervals.map { factor * $0 }, growths: growths,
      additions: additions)
  }
}

// MARK: - Recipes

extension ExperimentScale {
  /// A network as it is.
  func fixed(_ widths: [Int]) -> Recipe {
    Recipe(
      name: "fixed-" + widths.map(String.init).joined(separator: "-"), start: .widths(widths),
      seconds: largeSeconds, evaluations: 18)
  }

  /// From [1, 1], growing `times` times.
  func grown(
    _ times: Int, _ way: GrowthWay, every interval: Double? = nil, seconds: Double
  ) -> Recipe {
    let suffix = interval.map { "-every-\($0)" } ?? ""
    return Recipe(
      name: "grown-\(times)-\(way.rawValue)\(suffix)", start: .widths([1, 1]),
      growth: .init(way: way, times: times, interval: .seconds(interval ?? self.interval)),
      seconds: seconds)
  }

  /// The final widths of another recipe from the start.
  func same(as recipe: Recipe) -> Recipe {
    Recipe(
      name: "same-as-" + recipe.name, start: .finalWidths(of: recipe.name),
      seconds: recipe.seconds)
  }

  func usual(_ way: GrowthWay) -> Recipe { grown(growths.usual, way, seconds: seconds) }
  func few(_ way: GrowthWay) -> Recipe { grown(growths.few, way, seconds: shortSeconds) }
  func many(_ way: GrowthWay) -> Recipe { grown(growths.many, way, seconds: longSeconds) }

  func every(_ interval: Double, _ way: GrowthWay) -> Recipe {
    interval == self.interval
      ? usual(way) : grown(growths.usual, way, every: interval, seconds: shortSeconds)
  }

  /// From [1, 1] to the final widths at once, then trained.
  func atOnce(_ way: GrowthWay) -> Recipe {
    Recipe(
      name: "at-once-\(way.rawValue)", start: .widths([1, 1]),
      growth: .init(way: way, times: growths.atOnce, interval: .atOnce), seconds: tuningSeconds)
  }

  /// The same widths by random neurons.
  func random(like way: GrowthWay) -> Recipe {
    Recipe(
      name: "at-once-random-like-\(way.rawValue)", start: .widths([1, 1]),
      growth: .init(
        way: .random, times: growths.atOnce, interval: .atOnce, countsOf: atOnce(way).name),
      seconds: tuningSeconds)
  }

  /// The network that grows in the other runs, trained without growing.
  var start: Recipe {
    Recipe(name: "fixed-1-1", start: .widths([1, 1]), seconds: tuningSeconds)
  }

  /// From [1, 1] by new neurons alone, found from all samples or from as many as elsewhere.
  func additions(_ way: GrowthWay, ofAllSamples: Bool = false) -> Recipe {
    var growth = Recipe.Growing(way: way, times: additions, interval: .alone)
    if ofAllSamples { growth.sampleLimit = nil }
    return Recipe(
      name: "additions-\(way.rawValue)\(ofAllSamples ? "-all" : "")", start: .widths([1, 1]),
      growth: growth, seconds: 0)
  }

  /// Everything that can be run, each once.
  var recipes: [Recipe] {
    var recipes: [Recipe] = []
    for figure in Figure.allCases {
      for recipe in figure.recipes(in: self) where !recipes.contains(recipe) {
        recipes.append(recipe)
      }
    }
    return recipes
  }
}
