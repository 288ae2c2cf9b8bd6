import LinearAlgebra
import Testing

@Suite("The seeded generator")
struct SeededGeneratorTests {
  @Test("is SplitMix64")
  func reference() {
    // Steele, Lea & Flood 2014, in Vigna's C program.
    var zero = SeededGenerator(seed: 0 as UInt64)
    #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
    var other = SeededGenerator(seed: 1_234_567 as UInt64)
    #expect(other.next() == 6_457_827_717_110_365_317)
    #expect(other.next() == 3_203_168_211_198_807_973)
  }

  @Test("draws normal numbers of mean 0 and variance 1")
  func normal() {
    var generator = SeededGenerator(seed: 5 as UInt64)
    let numbers = (0..<20_000).map { _ in generator.normal() }
    let mean = numbers.reduce(0, +) / 20_000
    let meanSquare = numbers.reduce(0) { $0 + $1 * $1 } / 20_000
    // Four standard errors.
    #expect(abs(mean) < 4 * 0.0071 && abs(meanSquare - 1) < 4 * 0.01)
  }
}
