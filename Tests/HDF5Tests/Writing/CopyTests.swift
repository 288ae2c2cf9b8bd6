import LinearAlgebra
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct CopyTests {
  /// A file of everything that is not understood here and has to survive.
  private func writeFile(_ path: String, tracksOrder: Bool = false, userBlock: Int = 0) throws {
    let writer = try HDF5Writer(path, tracksOrder: tracksOrder, userBlock: userBlock)
    writer.attribute("text", "größe")
    writer.attribute("ascii", "plain", as: .variableASCII)
    writer.attribute("padded", ["a", "bc"], as: .nullPadded)
    writer.attribute("flag", boolean: true)
    writer.attribute("one", integer: 1)
    writer.attribute("half", number: 0.5)
    writer.emptyAttribute("nothing")
    writer.dataset("zebra/w", [1, 2, 3, 4, 5, 6], shape: [2, 3], as: .float16BigEndian)
    writer.attribute("unit", of: "/zebra/w", "m")
    writer.dataset("zebra/scalar", [7], shape: [], as: .int64)
    writer.dataset(
      "ape/packed", [1, 2, 3, 4], shape: [2, 2], as: .float64,
      layout: .chunked([2, 2], deflate: true))
    writer.dataset("other/deep/kept", [1], shape: [1], as: .uint8)
    writer.opaqueDataset("other/opaque", bytes: 2, shape: [3])
    writer.attribute("list", of: "/other", [String]())
    writer.hardLink("zebra/again", to: "/zebra/w")
    writer.hardLink("zebra/up", to: "/")
    writer.softLink("zebra/soft", to: "/other")
  }

  private func copy(
    _ path: String, to out: String, largestInMemory: Int = 1 << 30,
    _ change: (inout FileChanges, Group) throws -> Void
  ) throws {
    let file = try File(path)
    var changes = FileChanges()
    try change(&changes, file.root)
    let pending = try PendingFile(for: out, overwrite: false, apartFrom: [path])
    try file.copy(to: pending, with: changes, largestInMemory: largestInMemory)
    try pending.synchronize()
    try pending.commit()
  }

  @Test(
    "a copy without changes is the same, object by object, made in memory or on the disk",
    arguments: [false, true], [0, 1 << 30])
  func unchanged(_ tracksOrder: Bool, _ largestInMemory: Int) throws {
    try withTemporaryFolder { folder in
      let (path, out) = ("\(folder)/a.h5", "\(folder)/b.h5")
      try writeFile(path, tracksOrder: tracksOrder)
      let before = try bytes(of: path)
      // Changes that change nothing make every group on the way anew.
      try copy(path, to: out, largestInMemory: largestInMemory) { changes, root in
        let dataset = try root.dataset("zebra/w")
        changes.replace(
          dataset, shape: dataset.shape, elements: try dataset.encodedElements())
      }
      let (old, new) = (try HDF5Listing(path).objects, try HDF5Listing(out).objects)
      #expect(old.keys.sorted() == new.keys.sorted())
      for (place, object) in old { #expect(new[place] == object, "\(place)") }
      #expect(try bytes(of: path) == before)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.h5", "b.h5"])
    }
  }

  @Test("what changes keeps its type, its layout and its attributes")
  func changed() throws {
    try withTemporaryFolder { folder in
      let (path, out) = ("\(folder)/a.h5", "\(folder)/b.h5")
      try writeFile(path)
      try copy(path, to: out) { changes, root in
        let kernel = try root.dataset("zebra/w")
        changes.replace(
          kernel, shape: [2, 4], elements: try kernel.encoded([1, 2, 3, -0.1, 4, 5, 6, 0.3]))
        let packed = try root.dataset("ape/packed")
        changes.replace(
          packed, shape: [3, 2], elements: try packed.encoded([1, 2, 3, 4, 0.1, 0.2]))
        changes.set("ascii", of: root, to: .text("other"))
        changes.set("padded", of: root, to: .texts(["x", "", "é"]))
        changes.set("one", of: root, to: .integer(-2))
        changes.set("half", of: root, to: .number(0.25))
        changes.set("added", of: try root.group("zebra"), to: .text("new"))
        changes.leaveOut("other", of: root)
      }
      let root = try File(out).root
      let kernel = try root.dataset("zebra/w")
      #expect(kernel.elementType == .float(bits: 16))
      #expect(
        try kernel.allFloats()
          == [1, 2, 3, Float(-0.1 as Float16), 4, 5, 6, Float(0.3 as Float16)])
      #expect(try root.dataset("zebra/again").allFloats() == kernel.allFloats())
      #expect(try kernel.attribute("unit")?.text() == "m")
      #expect(try root.dataset("ape/packed").allDoubles() == [1, 2, 3, 4, 0.1, 0.2])
      #expect(try root.attribute("ascii")?.text() == "other")
      #expect(try root.attribute("padded")?.texts() == ["x", "", "é"])
      #expect(try root.attribute("one")?.integer() == -2)
      #expect(try root.attribute("half")?.number() == 0.25)
      #expect(try root.group("zebra").attribute("added")?.text() == "new")
      #expect(try root.kind(of: "other") == nil)
      let (old, new) = (try HDF5Listing(path).objects, try HDF5Listing(out).objects)
      #expect(new["/zebra/w"]?.form == old["/zebra/w"]?.form)
      #expect(new["/ape/packed"]?.form == old["/ape/packed"]?.form)
      #expect(new["/zebra/scalar"] == old["/zebra/scalar"])
      #expect(new["/zebra/up"]?.form == "same as /")
      // The type of the text, in ASCII, is the same.
      let form = { (listing: HDF5Listing.Object?) in
        listing?.attributes["ascii"]?.prefix { $0 != " " }
      }
      #expect(form(new["/"]) == form(old["/"]))
    }
  }

  @Test("what stands before the file proper goes along")
  func userBlock() throws {
    try withTemporaryFolder { folder in
      let (path, out) = ("\(folder)/a.h5", "\(folder)/b.h5")
      try writeFile(path, userBlock: 512)
      var content = try bytes(of: path)
      content.replaceSubrange(0..<7, with: "MATLAB!".utf8)
      try write(content, to: path)
      try copy(path, to: out) { changes, root in changes.leaveOut("ape", of: root) }
      #expect(try bytes(of: out).prefix(512) == content.prefix(512))
      #expect(try File(out).root.childNames() == ["other", "zebra"])
    }
  }

  @Test("a reference on the way to a change cannot be copied, and one elsewhere does not matter")
  func references() throws {
    try withTemporaryFolder { folder in
      func message(_ path: String) throws -> String {
        do {
          let writer = try HDF5Writer("\(folder)/a.h5")
          writer.dataset("zebra/w", [1], shape: [1])
          writer.dataset("other/x", [1], shape: [1])
          writer.reference("scale", of: path, to: "/other")
        }
        do {
          try copy("\(folder)/a.h5", to: "\(folder)/b.h5") { changes, root in
            let dataset = try root.dataset("zebra/w")
            changes.replace(dataset, shape: [1], elements: try dataset.encoded([2]))
          }
        } catch let error as HDF5Error {
          return "\(error.description)\n  \(error.advice)".replacing(folder + "/", with: "")
        }
        return "no error"
      }
      #expect(
        try message("/zebra/w") == """
          a.h5: /zebra/w@scale: holds references to other objects, which would lead nowhere in a copy
            remove the attribute, such as the one that attaches a dimension scale
          """)
      #expect(try message("/other/x") == "no error")
      let found = try File("\(folder)/b.h5").root.dataset("zebra/w").allFloats()
      #expect(found == [2])
    }
  }

  @Test("numbers are rounded to 16 bits as IEEE 754 says")
  func rounding() throws {
    try withTemporaryFolder { folder in
      try writeFile("\(folder)/a.h5")
      let kernel = try File("\(folder)/a.h5").root.dataset("zebra/w")
      var random = SeededGenerator(seed: 1)
      var numbers = (0..<2000).map { _ in
        random.normal() * exp2(Double.random(in: -26...14, using: &random))
      }
      // Ties go to the even neighbour.
      numbers += [1 + 0x1p-11, 1 + 0x3p-11, 0x1p-25, 0x3p-25, 65519, -0.0]
      for (number, stored) in zip(numbers, try kernel.decoded(kernel.encoded(numbers))) {
        #expect(stored == Double(Float16(number)), "\(number)")
      }
      #expect(try kernel.decoded(kernel.encoded([1e6])) == [.infinity])
    }
  }
}
