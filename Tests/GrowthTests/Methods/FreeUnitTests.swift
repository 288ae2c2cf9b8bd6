@testable import Growth
import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Places that dead and duplicate units give away")
struct FreeUnitTests {
  /// A network whose second unit is always 0, whose fourth always 0.75, and whose fifth is the first again.
  private func network() -> Network<Double> {
    var random = SeededGenerator(seed: 2)
    let plain = random.network([3, 5, 2], hidden: .relu, output: nil, hasBias: true)
    var weights = plain.layers[0].weights
    for row in 0..<3 {
      weights[row, 1] = 0
      weights[row, 3] = 0
      weights[row, 4] = weights[row, 0]
    }
    weights[3, 1] = -1
    weights[3, 3] = 0.75
    weights[3, 4] = weights[3, 0]
    return Network(
      inputCount: 3,
      layers: [
        Layer(
          name: plain.layers[0].name, weights: weights, hasBias: true,
          stages: plain.layers[0].stages), plain.layers[1],
      ])
  }

  private func samples() -> ArraySamples {
    var random = SeededGenerator(seed: 9)
    return random.samples(60, inputs: 3, outputs: 2, for: .meanSquaredError)
  }

  @Test("They are found with what they answer")
  func found() async throws {
    let network = network()
    let moments = try await network.moments(network.objective(), samples())
    let free = FreeUnit.all(ofLayer: 0, in: network, moments: moments)
    #expect(free.map(\.place) == [1, 3, 4])
    #expect(free.map(\.value) == [0, 0.75, nil])
    #expect(free.map(\.twin) == [nil, nil, 0])
  }

  @Test("New units take their places, and the function is that of the wider network")
  func moved() async throws {
    let (network, samples) = (network(), samples())
    let moments = try await network.moments(network.objective(), samples)
    let free = FreeUnit.all(ofLayer: 0, in: network, moments: moments)
    var random = SeededGenerator(seed: 4)
    let addition = Addition(
      layer: 0, fanIn: Matrix(rows: 4, columns: 4) { _, _ in random.normal() },
      fanOut: Matrix(rows: 4, columns: 2) { _, _ in random.normal() })
    let wide = try network.grown(by: addition)
    let moved = wide.movingLastUnits(into: free, ofLayer: 0)
    #expect(moved.layers[0].outputs == 6 && moved.layers[1].inputs == 6)
    #expect(moved.parameterCount == network.parameterCount + 6)
    expectClose(
      moved.outputsSummedInOrder(samples), wide.outputsSummedInOrder(samples), relative: 1e-14)
    // The new units, from the last on, in the places of the free ones; the first of them is behind.
    for (place, unit) in [(1, 1), (3, 2), (4, 3), (5, 0)] {
      for row in 0..<4 { #expect(moved.layers[0].weights[row, place] == addition.fanIn[row, unit]) }
    }
  }

  @Test("Without a bias in the next layer a constant has nowhere to go")
  func noBias() async throws {
    let plain = network()
    var kernel = plain.layers[1].weights
    kernel.setRowCount(5)
    let network = Network(
      inputCount: 3,
      layers: [
        plain.layers[0], Layer(name: "last", weights: kernel, hasBias: false, stages: []),
      ])
    let moments = try await network.moments(network.objective(), samples())
    let free = FreeUnit.all(ofLayer: 0, in: network, moments: moments)
    #expect(free.map(\.place) == [1, 4])
  }
}
