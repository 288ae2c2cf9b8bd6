import Networks
import Testing

@Suite("Losses named with their parameter")
struct LossParameterTests {
  @Test("huber, and the smoothing of cross-entropies")
  func parameters() {
    #expect(LossName("huber")?.loss == .huber(delta: 1))
    #expect(LossName("huber:0.5")?.loss == .huber(delta: 0.5))
    #expect(
      LossName("bce:0.1")?.loss == .binaryCrossentropy(fromLogits: false, labelSmoothing: 0.1))
    #expect(LossName("quantile:0.9")?.loss == .quantile(0.9))
    #expect(LossName("pinball:0.25")?.description == "quantile:0.25")
    #expect(LossName("mse")?.parameter == nil)
    #expect(LossName("Huber:0.25")?.description == "huber:0.25")
  }

  @Test(
    "no other text",
    arguments: [
      "quantile", "quantile:0", "quantile:1", "quantile:-0.5",
      "huber:0", "huber:-1", "huber:nan", "huber:", "mse:2", "bce:1", "huber:1:2", "nope",
    ])
  func refused(text: String) {
    #expect(LossName(text) == nil)
  }
}
