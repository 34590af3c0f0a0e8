# The I2C bus of a simulated board: the methods of machine.I2C that drivers use.

ENODEV = 19


class Bus:
    """`devices`: a chip for each address, with read(register, buf) and write(register, buf)."""

    def __init__(self, devices, look):
        self.devices = devices
        self.look = look

    def scan(self):
        return sorted(self.devices)

    def readfrom_mem_into(self, address, register, buf, *, addrsize=8):
        self._chip(address).read(register, buf)

    def readfrom_mem(self, address, register, n, *, addrsize=8):
        buf = bytearray(n)
        self.readfrom_mem_into(address, register, buf)
        return bytes(buf)

    def writeto_mem(self, address, register, buf, *, addrsize=8):
        self._chip(address).write(register, buf)

    def writeto(self, address, buf, stop=True):
        self._chip(address).write(buf[0], buf[1:])
        return len(buf)

    def _chip(self, address):
        self.look()
        chip = self.devices.get(address)
        if chip is None:
            raise OSError(ENODEV)  # nobody acknowledges
        return chip
