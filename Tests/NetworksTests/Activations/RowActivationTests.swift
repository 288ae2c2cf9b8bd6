import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite struct RowActivationTests {
  @Test("Values and vector–Jacobian products are Keras's", arguments: [2, 3])
  func agreesWithKeras(major: Int) throws {
    let rows = try KerasReference.activations().version(major).rows
    for (activation, row) in [
      (Activation.softmax, rows.softmax), (.logSoftmax, rows.logSoftmax),
      (.sparsemax, rows.sparsemax),
    ] {
      guard let row else { continue }
      let inputs = matrix(rows.x)
      var (outputs, gradients) = (inputs, matrix(rows.g))
      activation.applyRows(to: &outputs)
      activation.pullBackRows(&gradients, inputs: inputs, outputs: outputs)
      let name = activation.name
      expectEach(outputs.storage, row.value.flatMap { $0 }, tolerance: 1e-14, name)
      expectEach(gradients.storage, row.vectorJacobian.flatMap { $0 }, tolerance: 1e-14, name)
    }
  }

  @Test("Large preactivations overflow nowhere", arguments: [Activation.softmax, .logSoftmax])
  func largePreactivationsStayFinite(activation: Activation) {
    let inputs = Matrix<Float>(rows: 2, columns: 3, storage: [-1e4, 1e4, 0, 1e4, 1e4, -1e4])
    var outputs = inputs
    activation.applyRows(to: &outputs)
    let expected: [Float] =
      activation == .softmax
      ? [0, 1, 0, 0.5, 0.5, 0] : [-2e4, 0, -1e4, -0.6931472, -0.6931472, -20000.6931472]
    #expect(outputs.storage == expected)
    var gradients = Matrix<Float>(rows: 2, columns: 3, storage: [1, 2, 3, 4, 5, 6])
    activation.pullBackRows(&gradients, inputs: inputs, outputs: outputs)
    #expect(gradients.storage.allSatisfy { $0.isFinite })
  }

  @Test("A single output is a certain one")
  func singleOutput() {
    var outputs = Matrix<Double>(rows: 2, columns: 1, storage: [-3, 700])
    Activation.softmax.applyRows(to: &outputs)
    #expect(outputs.storage == [1, 1])
  }

  @Test("Only functions of the whole row say so")
  func actsOnRows() {
    #expect(ActivationTests.ofUnits.allSatisfy { !$0.actsOnRows })
    #expect([Activation.softmax, .logSoftmax, .sparsemax].allSatisfy { $0.actsOnRows })
  }
}
