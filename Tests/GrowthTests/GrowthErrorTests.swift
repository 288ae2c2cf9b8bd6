import Growth
import Testing

@Suite("Errors of growth say what is wrong and what to do")
struct GrowthErrorTests {
  @Test(arguments: [
    (
      GrowthError.noBiasToCompensate(
        layer: "dense", next: "dense_1", activation: "sigmoid", valueAtZero: 0.5),
      """
      dense: new sigmoid units have the value 0.5 at zero, and dense_1 has no bias to take it away
        grow another layer, or train the model with a bias in dense_1
      """
    ),
    (
      .leadsElsewhere(layer: "down"),
      """
      down: it is the last layer of its block: what it gives belongs to a residual stream or to other \
      layers, which more units would not fit
        grow a layer before it
      """
    ),
    (
      .coupledUnits(layer: "dense"),
      """
      dense: a LayerNormalization behind it couples its units: a new one would change the mean and the \
      deviation that all others are scaled by
        grow another layer, or train the model with BatchNormalization in its place
      """
    ),
    (
      .noSlopeAtZero(layer: "dense", activation: "tanh_shrink"),
      """
      dense: tanh_shrink is flat at zero, where GradMax starts its units: they would never move
        choose another method
      """
    ),
    (
      .tooManyUnits(layer: "dense", count: 12, limit: 10),
      """
      dense: GradMax has directions for 10 units here, not for 12
        add at most 10, or choose another method
      """
    ),
    (
      .decomposition(.notFinite(routine: "dgesdd")),
      "dgesdd: the matrix holds a number that is not finite"
    ),
    (
      .lossNotFinite(step: 7),
      """
      the loss is not a finite number in training step 7
        choose a smaller learning rate
      """
    ),
  ])
  func text(error: GrowthError, expected: String) { #expect(error.description == expected) }
}
