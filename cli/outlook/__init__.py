"""`permanence outlook verify`: is the council's tenant as the product, and the emulator, take it to be?"""
