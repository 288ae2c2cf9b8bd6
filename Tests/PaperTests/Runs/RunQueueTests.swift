import Charts
import Foundation
import Growth
import Networks
import TestSupport
import Testing

@testable import tiny_paper

private let digits = packageRoot.appending(path: "fixtures/digits-keras3/digits.h5").path

struct CampaignTests {
  @Test("Every recipe has a name of its own, and what it needs is there", arguments: [true, false])
  func recipes(isQuick: Bool) {
    let recipes = (isQuick ? ExperimentScale.quick : .full).recipes
    #expect(Set(recipes.map(\.name)).count == recipes.count)
    for name in recipes.compactMap(\.prerequisite) {
      #expect(recipes.contains { $0.name == name }, "\(name)")
    }
  }

  @Test(
    "A figure's runs and what they need are run with the figure alone", arguments: Figure.allCases)
  func complete(figure: Figure) {
    let recipes = figure.recipes(in: .full)
    for name in recipes.compactMap(\.prerequisite) {
      #expect(recipes.contains { $0.name == name }, "\(name)")
    }
  }

  @Test("Seeds come one after the other, and what others need before them")
  func order() throws {
    let recipes = ExperimentScale.quick.recipes
    let campaign = RunQueue(
      archive: RunFolder(folder: "nowhere"), recipes: recipes, seeds: 2..<4, data: digits,
      options: try PaperOptions.parse(["--quick"]), processCount: 1)
    let jobs = campaign.jobGroups().flatMap(\.self)
    #expect(jobs.count == 2 * recipes.count)
    #expect(jobs.map(\.seed) == jobs.map(\.seed).sorted())
    for (place, job) in jobs.enumerated() {
      guard let name = job.recipe.prerequisite else { continue }
      #expect(jobs[..<place].contains { $0.recipe.name == name && $0.seed == job.seed })
    }
  }

  @Test("Runs that grow from [1, 1] begin as the same network, for every way and seed")
  func pairedStarts() throws {
    let data = try PaperData(contentsOf: digits)
    var starts: [Network<Float>] = []
    for seed in [0, 7] as [UInt64] {
      let recipes = ExperimentScale.full.recipes.filter { $0.start == .widths([1, 1]) }
      #expect(recipes.count > 10)
      let networks = try recipes.map {
        try Runner($0, widths: [1, 1], counts: [], seed: seed, data: data).trainer.network
      }
      #expect(networks.allSatisfy { $0 == networks[0] })
      starts.append(networks[0])
    }
    #expect(starts[0] != starts[1])
  }

  @Test("The test samples are a fifth, the same in every run, and none is trained on")
  func split() throws {
    let (first, second) = (
      try PaperData(contentsOf: digits), try PaperData(contentsOf: digits)
    )
    #expect(first.test == second.test && first.training == second.training)
    #expect(first.test.sampleCount == 359)
    #expect(first.training.sampleCount == 1438)
    #expect(first.classes == 10)
    // No two images of these data are the same.
    func rows(_ samples: ArraySamples) -> Set<[Float]> {
      let width = samples.inputCount
      return Set(
        (0..<samples.sampleCount).map {
          Array(samples.inputs.storage[$0 * width..<($0 + 1) * width])
        })
    }
    #expect(rows(first.test).isDisjoint(with: rows(first.training)))
  }

  @Test("Told how many neurons, random growth adds just as many, and then trains for its time")
  func counted() async throws {
    let recipe = Recipe(
      name: "random", start: .widths([1, 1]),
      growth: .init(way: .random, times: 3, interval: .atOnce, countsOf: "other"), seconds: 0.02)
    var runner = try Runner(
      recipe, widths: [1, 1], counts: [[2, 0], [0, 30], [17, 5]], seed: 3,
      data: try PaperData(contentsOf: digits))
    let record = try await runner.run()
    #expect(record.points.last?.widths == [20, 36])
    #expect(record.growths.map(\.number) == [1, 2, 3, 3])
    #expect(record.growths.map(\.neurons) == [2, 30, 17, 5])
    let growing = record.growths.reduce(0) { $0 + $1.duration }
    #expect(try #require(record.points.last).seconds >= growing + 0.02)
  }

  @Test("Without gradient descent no step is taken, and the network learns all the same")
  func additions() async throws {
    var recipe = ExperimentScale.quick.additions(.paper)
    recipe.growth = .init(way: .paper, times: 4, interval: .alone)
    var runner = try Runner(
      recipe, widths: [1, 1], counts: [], seed: 0, data: try PaperData(contentsOf: digits))
    let record = try await runner.run()
    #expect(record.points.allSatisfy { $0.steps == 0 })
    #expect(try #require(record.points.last).testAccuracy > 0.7)
  }

  @Test("Another time scales all times, and nothing else")
  func scaling() {
    let (full, short) = (ExperimentScale.full, ExperimentScale.full.lasting(1.2))
    #expect(
      zip(full.recipes, short.recipes).allSatisfy { $0.start == $1.start || $0.name != $1.name })
    for (long, brief) in zip(full.recipes, short.recipes) {
      #expect(abs(brief.seconds - 0.1 * long.seconds) < 1e-12)
      #expect(brief.growth?.times == long.growth?.times)
    }
  }
}

struct ClaimTests {
  @Test(
    "A claim holds beyond two standard errors of its bound, is refuted below, else undecided",
    arguments: [
      ([0.1, 0.11, 0.12], 0.0, Claim.Verdict.holds), ([-0.1, -0.11, -0.12], 0, .refuted),
      ([-0.1, 0.1, 0.05], 0, .undecided), ([0.5, 0.5, 0.5], 0.5, .undecided),
      ([0.9, 0.9], 0, .unknown),
    ])
  func verdict(numbers: [Double], bound: Double, verdict: Claim.Verdict) throws {
    #expect(Claim.Verdict(try #require(Spread(numbers)), above: bound) == verdict)
  }
}
