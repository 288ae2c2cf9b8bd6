@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("The fit of neurons of given fan-out")
struct NeuronFitsTests {
  @Test(
    "is that of the changed preactivations, written out",
    arguments: [Solver.sequential, .joint], 0..<3)
  func explicit(solver: Solver, seed: Int) async throws {
    let scenario = try await Scenario(
      hidden: seed == 0 ? .relu : .tanh, widths: [6, 4, 5], sampleCount: 90, seed: seed)
    let moments = scenario.moments.layers
    let next = scenario.bottlenecks[1]
    let whitening = scenario.bottlenecks[0].whitening
    let neurons = try #require(
      solver == .joint
        ? try jointNeurons(of: moments[0], layer: whitening, next: next, limit: 3)
        : try sequentialNeurons(of: moments[0], layer: whitening, next: next, limit: 3))
    let function = UnitFunction(stages: scenario.network.layers[0].stages)
    let measured = try await scenario.features(of: neurons.fanIn)
    let fits = NeuronFits(
      of: neurons, features: try #require(measured.training), next: moments[1].updateMoments)

    var features = scenario.explicit.inputs[0].times(
      moments[0].weightsForRawInputs(neurons.fanIn))
    function.apply(to: &features.storage)
    let responses = Matrix(rows: 90, columns: features.columns) {
      features[$0, $1] - function.valueAtZero
    }
    let inputs = scenario.explicit.inputs[1]
    let desired = scenario.explicit.desiredUpdates[1]
    for count in 0...3 {
      let some = neurons.prefix(count)
      let without = inputs.times(moments[1].weightsForRawInputs(some.bestWeightUpdate))
      let with =
        inputs.times(moments[1].weightsForRawInputs(some.weightUpdate))
        + responses.selectingColumns(0..<count).times(some.fanOut)
      let fit = fits.fit(first: count)
      let size = scenario.bottlenecks[1].desiredUpdate
      expectClose(fit.slope + size, desired.dot(with - without) / 90 + size, relative: 1e-10)
      expectClose(
        fit.squaredNorm + size, (with.squaredNorm - without.squaredNorm) / 90 + size,
        relative: 1e-10)
      #expect(count > 0 ? fit.slope != 0 : fit == UpdateFit(slope: 0, squaredNorm: 0))
    }
  }
}
