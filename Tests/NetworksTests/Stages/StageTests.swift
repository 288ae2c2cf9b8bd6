import LinearAlgebra
import Networks
import Testing

@Suite struct StageTests {
  let affine = Affine<Double>(center: [1, -2], scale: [2, -0.5], offset: [0.25, 10])

  @Test("A scale and a shift act unit by unit")
  func affineStage() {
    let stage = Stage.affine(affine)
    var values = Matrix(rows: 3, columns: 2, storage: [1, -2, 0, 0, 3, 2])
    var derivatives = Matrix(rows: 3, columns: 2, storage: [1, 1, 2, 2, -1, 0])
    var alone = values
    stage.apply(to: &values, scalingDerivatives: &derivatives)
    #expect(values.storage == [0.25, 10, -1.75, 9, 4.25, 8])
    #expect(derivatives.storage == [2, -0.5, 4, -1, -2, 0])
    stage.apply(to: &alone)
    #expect(alone == values)
  }

  @Test("A centre far from 0 costs no digits in Float")
  func largeCentre() {
    let stage = Stage.affine(Affine<Float>(center: [1e7], scale: [1e-1], offset: [1e-3]))
    var values = Matrix<Float>(rows: 1, columns: 1, storage: [10_000_001])
    stage.apply(to: &values)
    #expect(values.storage == [0.101])
  }

  @Test("An activation acts on every number; a function of the row on every row")
  func activationStages() {
    var values = Matrix<Float>(rows: 2, columns: 2, storage: [-1, 2, 3, -4])
    var derivatives = Matrix<Float>(rows: 2, columns: 2, storage: [5, 6, 7, 8])
    Stage.activation(.relu).apply(to: &values, scalingDerivatives: &derivatives)
    #expect(values.storage == [0, 2, 3, 0])
    #expect(derivatives.storage == [0, 6, 7, 0])
    var rows = Matrix<Float>(rows: 2, columns: 2, storage: [0, 0, 200, -200])
    Stage.activation(.softmax).apply(to: &rows)
    #expect(rows.storage == [0.5, 0.5, 1, 0])
  }

  @Test("A PReLU has a slope for each unit, and none at the kink, as TensorFlow takes it")
  func slopes() {
    let stage = Stage<Double>.parametricReLU(slopes: [0.5, -2])
    var values = Matrix(rows: 3, columns: 2, storage: [-4, -1, 3, 2, 0, 0.0])
    var derivatives = Matrix(rows: 3, columns: 2, storage: [1, 3, 1, 3, 1, 3.0])
    var alone = values
    stage.apply(to: &values, scalingDerivatives: &derivatives)
    #expect(values.storage == [-2, 2, 3, 2, 0, 0])
    #expect(derivatives.storage == [0.5, -6, 1, 3, 0, 0])
    stage.apply(to: &alone)
    #expect(alone == values)
    #expect(stage.activationName == "prelu")
    #expect(Stage<Double>.slopeOfNewUnit([0.5, -2]) == -0.75)
    #expect(Stage<Float>.slopeOfNewUnit([0.1, 0.1, 0.1]) == 0.1)
    #expect(UnitFunction(stages: [stage]).activations == [.leakyReLU(-0.75)])
  }

  @Test("A normalization brings each sample to mean 0 and variance 1, then scales and shifts")
  func normalization() {
    let stage = Stage.layerNormalization(
      LayerNormalization<Double>(scale: [1, 2, 1, 1], offset: [0, 0, 10, 0], epsilon: 0))
    var values = Matrix(rows: 2, columns: 4, storage: [1, 3, 1, 3, -7, -7, 7, 7.0])
    stage.apply(to: &values)
    #expect(values.storage == [-1, 2, 9, 1, -1, -2, 11, 1])
    // A mean that is large beside the deviation costs no digits of Float.
    let plain = Stage.layerNormalization(
      LayerNormalization<Float>(scale: [1, 1], offset: [0, 0], epsilon: 0))
    var far = Matrix<Float>(rows: 1, columns: 2, storage: [10_000_001, 10_000_003])
    plain.apply(to: &far)
    #expect(far.storage == [-1, 1])
  }

  @Test("A block without samples goes through every stage and stays empty")
  func emptyBlock() {
    var values = Matrix<Double>(rows: 0, columns: 2)
    Stage.affine(affine).apply(to: &values)
    Stage.activation(.softmax).apply(to: &values)
    Stage.parametricReLU(slopes: [1, 1]).apply(to: &values)
    Stage.layerNormalization(
      LayerNormalization(scale: [1, 1], offset: [0, 0], epsilon: 1)
    ).apply(to: &values)
    #expect(values.rows == 0)
  }
}
