@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Exact slopes equal the finite difference of the loss")
struct SlopeTests {
  /// Every activation with one loss, and every loss with a smooth and a kinked activation.
  private static let cases: [(hidden: Activation, loss: Loss, output: Activation?)] =
    hiddenActivations.flatMap { hidden in
      lossesWithOutput.map { (hidden, $0.loss, $0.output) }
    }

  private func diagnosis(
    _ scenario: Scenario, solver: Solver
  ) async throws -> Diagnosis {
    var options = DiagnosisOptions(solver: solver, neuronLimit: 3, workers: 1)
    options.networkLack = false
    return try await diagnose(
      .model(scenario.network, scenario.objective),
      split: SampleSplit(samples: scenario.samples, holdout: 0, seed: 1), options: options)
  }

  /// The rate at which the loss falls as amplitude t² moves away from 0.
  ///
  /// α and ω both carry t, so the loss is a series in t whose t² term is the slope: the difference
  /// quotients at t, t / 2 and t / 4 are extrapolated to 0. t moves preactivations of the next
  /// layer by about 1e-5, and those of the new units by no more than 1e-2.
  private func rate(
    of neurons: NewNeurons, drives: Matrix<Double>, _ loss: (_ root: Double) -> Double
  ) -> Double {
    let largest = drives.storage.map(\.magnitude).max() ?? 0
    let step = min((1e-5 / neurons.singularValues[0]).squareRoot(), 1e-2 / largest)
    let start = loss(0)
    let quotients = [step, step / 2, step / 4].map { (start - loss($0)) / ($0 * $0) }
    return (quotients[0] - 6 * quotients[1] + 8 * quotients[2]) / 3
  }

  @Test("of the paper's neurons, for every activation and loss", arguments: cases)
  func paper(hidden: Activation, loss: Loss, output: Activation?) async throws {
    let scenario = try await Scenario(
      hidden: hidden, loss: loss, output: output, widths: [4, 3, 3, 3], sampleCount: 40, seed: 21)
    let diagnosis = try await diagnosis(scenario, solver: .sequential)
    for growth in diagnosis.growth where growth.neurons.count > 0 {
      let layer = growth.layer
      let neurons = try #require(
        try sequentialNeurons(
          of: scenario.moments.layers[layer], layer: scenario.bottlenecks[layer].whitening,
          next: scenario.bottlenecks[layer + 1], limit: growth.neurons.count))
      let fanIn = scenario.moments.layers[layer].weightsForRawInputs(neurons.fanIn)
      let function = UnitFunction(stages: scenario.network.layers[layer].stages)
      let measured = rate(
        of: neurons, drives: scenario.explicit.inputs[layer].times(fanIn)
      ) { root in
        meanLoss(
          scenario.network.appendingUnits(
            toLayer: layer, fanIn: root * fanIn, fanOut: root * neurons.fanOut,
            offset: function.valueAtZero), scenario.objective, scenario.samples)
      }
      let exact = try #require(growth.paper.exactSlope)
      let scale = max(exact.magnitude, 1e-3 * growth.paper.gain)
      #expect(
        (measured - exact).magnitude <= 1e-4 * scale,
        "\(measured) measured, \(exact) predicted, gain \(growth.paper.gain)")
    }
  }

  @Test("of the joint neurons with their weight update", arguments: hiddenActivations)
  func joint(hidden: Activation) async throws {
    let scenario = try await Scenario(hidden: hidden, widths: [5, 3, 3, 4], seed: 5)
    let diagnosis = try await diagnosis(scenario, solver: .joint)
    for growth in diagnosis.growth where growth.neurons.count > 0 {
      let layer = growth.layer
      let function = UnitFunction(stages: scenario.network.layers[layer].stages)
      let fanIn = scenario.moments.layers[layer].weightsForRawInputs(growth.neurons.fanIn)
      let update = scenario.moments.layers[layer + 1].weightsForRawInputs(
        growth.neurons.weightUpdate)
      let measured = rate(
        of: growth.neurons, drives: scenario.explicit.inputs[layer].times(fanIn)
      ) { root in
        meanLoss(
          scenario.network.appendingUnits(
            toLayer: layer, fanIn: root * fanIn, fanOut: root * growth.neurons.fanOut,
            weightUpdate: (root * root) * update, offset: function.valueAtZero),
          scenario.objective, scenario.samples)
      }
      expectClose(measured, growth.slope, relative: 1e-4)
      // For an activation that is the identity to first order the joint solve is exact.
      if function.leftSlopeAtZero == 1 && function.rightSlopeAtZero == 1 {
        let squares = growth.neurons.singularValues.prefix(growth.neurons.count)
          .reduce(0) { $0 + $1 * $1 }
        expectClose(
          growth.slope, scenario.bottlenecks[layer + 1].bestUpdate + squares, relative: 1e-9)
      }
    }
  }
}
