import LinearAlgebra
@testable import Diagnostics
import Networks
import TestSupport
import Testing

@Suite("The trace of a pass")
struct TraceTests {
  @Test(
    "holds each layer's inputs less their reference, then the desired updates, times each row's factor",
    arguments: [true, false])
  func contents(hasBias: Bool) throws {
    var random = SeededGenerator(seed: 7)
    let network = random.network([4, 3, 5, 2], hidden: .tanh, hasBias: hasBias)
    let samples = random.samples(9, inputs: 4, outputs: 2, for: .meanSquaredError)
    let objective = try Objective<Double>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let references = network.layers.map { layer in
      (0..<layer.inputs).map { _ in random.normal() }
    }
    let factors = (0..<9).map { _ in Double.random(in: 0.5...2, using: &random) }

    var pass = Pass(network: network, objective: objective)
    var inputs = Matrix<Float>(rows: 0, columns: 4)
    var layerColumns = LayerColumns(of: network)
    for (range, factors) in [(0..<9, factors as [Double]?), (2..<6, nil)] {
      let targets = samples.read(range, into: &inputs)
      pass.forward(inputs, differentiating: true)
      pass.backward(targets: Targets(targets))
      layerColumns.take(pass, references: references, factors: factors)

      var expected = Matrix<Double>(rows: range.count, columns: 4 + 3 + 3 + 5 + 5 + 2)
      for row in 0..<range.count {
        var column = 0
        for layer in network.layers.indices {
          for (input, reference) in references[layer].enumerated() {
            expected[row, column] = (pass.inputs[layer][row, input] - reference)
            column += 1
          }
          for output in 0..<network.layers[layer].outputs {
            expected[row, column] = pass.desiredUpdates[layer][row, output]
            column += 1
          }
        }
        for column in 0..<column { expected[row, column] *= factors?[row] ?? 1 }
      }
      #expect(layerColumns.numbers == expected)
    }
    #expect(layerColumns.layout.inputs == [0..<4, 7..<10, 15..<20])
    #expect(layerColumns.layout.desiredUpdates == [4..<7, 10..<15, 20..<22])
  }
}
