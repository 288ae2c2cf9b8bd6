@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Standard errors")
struct InfluenceTests {
  /// Ψ of every layer and λ of the first, with their standard errors.
  private struct Estimates {
    var lacks: [Double]
    var lackErrors: [Double]
    var lambdas: [Double]
    var lambdaErrors: [Double]

    /// The λ that are several errors away from the others and from zero. Two that meet swap places
    /// from sample to sample, which no linearization follows.
    var separated: [Int] {
      let around = [Double.infinity] + lambdas + [0]
      return lambdaErrors.indices.filter { k in
        min(around[k] - lambdas[k], lambdas[k] - around[k + 2]) > 3 * lambdaErrors[k]
      }
    }
  }

  private func estimates(_ network: Network<Double>, _ samples: ArraySamples) async throws
    -> Estimates
  {
    let scenario = try await Scenario(network: network, loss: .meanSquaredError, samples: samples)
    let starts = try network.layers.indices.dropLast().map { layer in
      let next = scenario.bottlenecks[layer + 1]
      let paper = try sequentialNeurons(
        of: scenario.moments.layers[layer], layer: scenario.bottlenecks[layer].whitening,
        next: next, limit: 3)
      return LayerProblem(
        layer: layer, function: UnitFunction(stages: network.layers[layer].stages),
        moments: scenario.moments.layers[layer], nextMoments: scenario.moments.layers[layer + 1],
        next: NextLayer(bottleneck: next, heldOut: nil), paper: try #require(paper), linear: nil,
        covariance: nil, candidates: nil, canCompensate: true)
    }
    let samplePass = SamplePass(
      diagnosed: .model(network, scenario.objective),
      split: SampleSplit(samples: samples, holdout: 0, seed: 1), workers: 2, progress: nil)
    let references = try await samplePass.referencePoints()
    let subset = try #require(
      try await samplePass.subset(of: .training(number: 0), references: references))
    let errors = try await subset.collect(
      from: InfluenceSums(network: network, bottlenecks: scenario.bottlenecks, starts: starts),
      workers: 2, among: OneProcess())
    let count = samples.sampleCount
    return Estimates(
      lacks: scenario.bottlenecks.map(\.lackOfExpressivity),
      lackErrors: errors.lackStandardErrors(over: count).compactMap { $0 },
      lambdas: starts.first?.paper.singularValues ?? [],
      lambdaErrors: errors.singularValueStandardErrors(over: count).first ?? [])
  }

  /// Samples whose outputs are linear in the inputs, with noise that grows with one of them.
  private func samples(_ count: Int, using random: inout SeededGenerator) -> ArraySamples {
    var samples = random.samples(count, inputs: 4, outputs: 3, for: .meanSquaredError)
    let inputs = samples.inputs
    samples.targets = .values(
      Matrix<Float>(rows: count, columns: 3) { row, column in
        let noise = Float(random.normal()) * (0.5 + abs(inputs[row, 3]))
        return 2 * inputs[row, column] * Float(3 - column) + noise
      })
    return samples
  }

  private func network(seed: Int) -> Network<Double> {
    var random = SeededGenerator(seed: seed)
    return random.network([4, 3, 3], hidden: .tanh)
  }

  private func deviation(_ numbers: [Double]) -> Double {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(numbers.count - 1)).squareRoot()
  }

  @Test("are the deviation of Ψ and λ over independent samples", arguments: 0..<2)
  func resamples(seed: Int) async throws {
    let network = network(seed: seed)
    var random = SeededGenerator(seed: 100 + seed)
    var all: [Estimates] = []
    for _ in 0..<150 {
      all.append(try await estimates(network, samples(500, using: &random)))
    }
    // The deviation over 150 draws is itself uncertain by 6 %.
    for layer in network.layers.indices {
      let mean = all.reduce(0) { $0 + $1.lackErrors[layer] } / Double(all.count)
      expectClose(deviation(all.map { $0.lacks[layer] }), mean, relative: 0.2, "Ψ \(layer)")
    }
    #expect(all[0].separated.contains(0))
    for k in all[0].separated {
      let mean = all.reduce(0) { $0 + $1.lambdaErrors[k] } / Double(all.count)
      expectClose(deviation(all.map { $0.lambdas[k] }), mean, relative: 0.2, "λ \(k)")
    }
  }

  @Test("agree with leaving out one sample after the other", arguments: 0..<3)
  func jackknife(seed: Int) async throws {
    let network = network(seed: seed)
    var random = SeededGenerator(seed: 200 + seed)
    let samples = samples(200, using: &random)
    let whole = try await estimates(network, samples)
    var left: [Estimates] = []
    for row in 0..<200 {
      let rows = (0..<200).filter { $0 != row }
      left.append(
        try await estimates(
          network,
          ArraySamples(
            inputs: samples.inputs.selectingRows(rows), targets: samples.targets.selecting(rows))))
    }
    // (n − 1)/√n times the deviation. The two differ by the samples' leverages, about 5 in 200.
    let factor = 199 / 200.0.squareRoot()
    for layer in network.layers.indices {
      expectClose(
        whole.lackErrors[layer], factor * deviation(left.map { $0.lacks[layer] }), relative: 0.1)
    }
    #expect(whole.separated.contains(0))
    for k in whole.separated {
      expectClose(
        whole.lambdaErrors[k], factor * deviation(left.map { $0.lambdas[k] }), relative: 0.1)
    }
  }

  @Test("scale as Ψ and λ do with the loss", arguments: 0..<3)
  func scale(seed: Int) async throws {
    let network = network(seed: seed)
    var random = SeededGenerator(seed: 300 + seed)
    let samples = samples(100, using: &random)
    let plain = try await estimates(network, samples)
    // Twice the outputs and twice the targets: v of the last layer doubles, exactly.
    var doubled = samples
    if case .values(let targets) = samples.targets {
      doubled.targets = .values(
        Matrix(rows: 100, columns: 3, storage: targets.storage.map { 2 * $0 }))
    }
    let scaled = try await estimates(
      network.replacingWeights(ofLayer: 1, by: 2 * network.layers[1].weights), doubled)
    expectClose(scaled.lacks[1], 4 * plain.lacks[1], relative: 1e-12)
    expectClose(scaled.lackErrors[1], 4 * plain.lackErrors[1], relative: 1e-9)
    for k in 0..<2 {
      expectClose(scaled.lambdas[k], 2 * plain.lambdas[k], relative: 1e-9)
      expectClose(scaled.lambdaErrors[k], 2 * plain.lambdaErrors[k], relative: 1e-6)
    }
  }

  @Test("of Ψ vanish when all residuals are of one length")
  func equalResiduals() async throws {
    var weights = Matrix<Double>(rows: 2, columns: 1)
    weights[0, 0] = 0.5
    let network = Network<Double>(
      inputCount: 1,
      layers: [Layer(name: "line", weights: weights, hasBias: true, stages: [])])
    // v = ±2 crossed with x = ±1: no line follows it.
    let x: [Float] = [1, 1, -1, -1]
    let samples = ArraySamples(
      inputs: Matrix(rows: 4, columns: 1, storage: x),
      targets: .values(
        Matrix(rows: 4, columns: 1, storage: zip(x, [1, -1, 1, -1]).map { $0 / 2 + $1 })))
    let estimates = try await estimates(network, samples)
    expectClose(estimates.lacks[0], 4, relative: 1e-12)
    #expect(estimates.lackErrors[0] <= 1e-12)
  }

  @Test("are in a diagnosis, with or without hidden layers", arguments: [[4, 3], [4, 3, 3]])
  func inDiagnosis(widths: [Int]) async throws {
    var random = SeededGenerator(seed: 7)
    let network = random.network(widths, hidden: .tanh)
    let diagnosis = try await diagnose(
      .model(
        Network<Float>(network), Objective(loss: .meanSquaredError, outputStages: [], outputs: 3)),
      split: SampleSplit(samples: samples(300, using: &random), holdout: 0.2, seed: 1),
      options: DiagnosisOptions(neuronLimit: 2, workers: 2))
    for layer in diagnosis.layers {
      let error = try #require(layer.lackStandardError)
      #expect(error > 0 && error < layer.lackOfExpressivity)
    }
    for growth in diagnosis.growth {
      #expect(growth.paper.singularValueStandardErrors.count == 2)
      #expect(growth.paper.singularValueStandardErrors.allSatisfy { $0 > 0 })
    }
  }

  @Test(
    "too few samples are told, and how many would do", arguments: [(59, 60), (60, nil), (5, 60)])
  func fewSamples(count: Int, wanted: Int?) async throws {
    var random = SeededGenerator(seed: 8)
    let network = random.network([5, 3], hidden: .tanh)
    let diagnosis = try await diagnose(
      .model(network, Objective(loss: .meanSquaredError, outputStages: [], outputs: 3)),
      split: SampleSplit(
        samples: random.samples(count, inputs: 5, outputs: 3, for: .meanSquaredError), holdout: 0,
        seed: 1), options: DiagnosisOptions(workers: 1))
    let share = count > 6 ? " by about \(600 / count) %" : ""
    #expect(
      diagnosis.layers[0].warnings.map(\.description)
        == (wanted.map {
          [
            "only \(count) training samples for a unit's 6 weights: Ψ is underestimated\(share); "
              + "give \($0) or more"
          ]
        } ?? []))
  }
}
