import LinearAlgebra
import Testing

@Suite("The nearest whole number")
struct IntNearestTests {
  @Test("rounds, and never traps")
  func nearest() {
    #expect(Int(nearest: 2.5) == 3 && Int(nearest: -1.2) == -1 && Int(nearest: 0) == 0)
    #expect(Int(nearest: .infinity) == .max && Int(nearest: -.infinity) == .min)
    #expect(Int(nearest: 1e300) == .max && Int(nearest: -1e19) == .min)
    #expect(Int(nearest: .nan) == 0)
  }
}
